using Homer.Engine.Checks;
using Homer.Engine.Files;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Weights;

/// <summary>
/// The weights of a model folder in Hugging Face layout: <c>model.safetensors</c>, or else the shards which
/// <c>model.safetensors.index.json</c> names. Tensors that the index does not name are not part of the model.
/// </summary>
public sealed class WeightFiles : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly List<ITensorFile> files = [];
    private readonly SortedDictionary<string, WeightTensor> tensors = new(StringComparer.Ordinal);
    private readonly string folder;
    private string? fingerprint;
    private Func<string, string>? nameInFile;

    private WeightFiles(string folder) => this.folder = folder;

    /// <summary>The names of all tensors, in ordinal order.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>The size of all tensors in bytes, as stored.</summary>
    public long TotalBytes => tensors.Values.Sum(weight => weight.Tensor.ByteLength);

    /// <summary>
    /// The text that identifies the weights: the lower-case hex SHA-256 over the name, dtype, shape and every byte of every tensor, in the
    /// order of names. It does not depend on how tensors are split into files. It is computed when it is first asked for, and kept in the
    /// user's cache folder with the sizes and times of the files, so that later processes do not compute it again.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The files were disposed of before it was first asked for.</exception>
    public string Fingerprint =>
        fingerprint ??= KnownFingerprints.Of(PathsOnDisk, () => WeightFingerprint.Compute(tensors.Values));

    /// <summary>The fingerprint, if it was computed before by this or another process; null if every byte would have to be read.</summary>
    public string? KnownFingerprint => fingerprint ??= KnownFingerprints.Find(PathsOnDisk);

    private string[] PathsOnDisk => [.. files.Where(file => !file.IsInMemory).Select(file => file.Path)];

    /// <summary>The text that names the weights in logs of trials; it does not notice a change in the middle of a large tensor.</summary>
    internal string SampledFingerprint => WeightFingerprint.Sample(tensors.Values);

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="HomerException">The model has no such tensor.</exception>
    public WeightTensor this[string name] => TryGet(name, out WeightTensor weight)
        ? weight
        : throw new HomerException(
            $"Tensor {Quoted.Text(nameInFile?.Invoke(name) ?? name)} is not among the {tensors.Count} weights in '{folder}'; "
            + $"give {(IsGguf ? "a complete file" : "the folder of a complete model")}.");

    /// <summary>Opens all weight files of a model folder and checks that every tensor is there.</summary>
    /// <param name="modelFolder">The path of the folder.</param>
    /// <exception cref="HomerException">The folder or a file is missing, unreadable or not valid.</exception>
    public static WeightFiles Open(string modelFolder)
    {
        ArgumentNullException.ThrowIfNull(modelFolder);
        string folder = FileTrouble.FullPath(modelFolder);
        if (!Directory.Exists(folder)) throw new HomerException($"There is no folder '{folder}'; give the folder of a model.");
        string single = Path.Combine(folder, SingleName);
        string index = Path.Combine(folder, IndexName);

        WeightFiles weights = new(folder);
        try
        {
            if (File.Exists(single)) weights.AddAll(SafetensorsFile.Open(single));
            else if (File.Exists(index)) weights.AddShards(index);
            else throw NoWeights(folder);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Returns the tensors of one file, which is closed with them.</summary>
    internal static WeightFiles Of(SafetensorsFile file)
    {
        WeightFiles weights = new(file.Path);
        weights.AddAll(file);
        return weights;
    }

    /// <summary>Whether the weights come from GGUF files, whose tensors have other names than the model's.</summary>
    internal bool IsGguf => nameInFile is not null;

    /// <summary>The metadata of a model in GGUF files, which the first of them holds; null for a folder.</summary>
    internal GgufKeys? Keys => files is [GgufFile first, ..] ? first.Keys : null;

    /// <summary>Returns the tensors of GGUF files under the names that a model has for them.</summary>
    /// <param name="path">The path of the first file, for messages.</param>
    /// <param name="files">The files, which are closed with the weights.</param>
    /// <param name="tensors">The tensors, by the model's names.</param>
    /// <param name="nameInFile">Returns the name in the files of a tensor that is missing.</param>
    internal static WeightFiles OfGguf(
        string path, IReadOnlyList<ITensorFile> files, IEnumerable<KeyValuePair<string, WeightTensor>> tensors,
        Func<string, string> nameInFile)
    {
        WeightFiles weights = new(path) { nameInFile = nameInFile };
        weights.files.AddRange(files);
        foreach ((string name, WeightTensor tensor) in tensors)
        {
            if (!weights.tensors.TryAdd(name, tensor))
            {
                string[] both = [weights.tensors[name].Tensor.Name, tensor.Tensor.Name];
                throw new HomerException(
                    $"'{path}' holds two tensors for the same place in the model, {Quoted.Text(both[0])} and {Quoted.Text(both[1])}; "
                    + "export the model again.");
            }
        }

        return weights;
    }

    /// <summary>Finds the tensor of a name.</summary>
    public bool TryGet(string name, out WeightTensor weight) => tensors.TryGetValue(NotNull.Of(name), out weight);

    /// <summary>Closes all files; pointers and spans into them become invalid.</summary>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private static HomerException NoWeights(string folder)
    {
        string what = ForeignFolder.Describe(folder) ?? "; give the folder of a model";
        return new($"Folder {Quoted.Path(folder)} has neither {SingleName} nor {IndexName}{what}.");
    }

    private void AddAll(SafetensorsFile file)
    {
        files.Add(file);
        foreach ((string name, SafetensorsTensor tensor) in file.Tensors) tensors.Add(name, new WeightTensor(file, tensor));
    }

    /// <summary>
    /// Adds the tensors that the index names. Where it is older than the shards, a tensor may have moved to another of the files it names.
    /// </summary>
    private void AddShards(string index)
    {
        IReadOnlyDictionary<string, string> shards = ShardIndex.Read(index);
        Dictionary<string, SafetensorsFile> opened = [];
        foreach (string shard in shards.Values.Distinct())
        {
            string path = Path.Combine(folder, shard);
            if (!File.Exists(path))
            {
                throw new HomerException(
                    $"{Quoted.Path(index)} names the shard {Quoted.Text(shard)}, which was not downloaded: the download is incomplete; "
                    + "fetch it again.");
            }

            files.Add(opened[shard] = SafetensorsFile.Open(path));
        }

        foreach ((string name, string shard) in shards)
        {
            SafetensorsFile file = opened[shard];
            if (!file.Tensors.ContainsKey(name))
                file = OnlyHolderOf(name) ?? throw Missing(name, file);
            tensors.Add(name, new WeightTensor(file, file[name]));
        }

        SafetensorsFile? OnlyHolderOf(string name) =>
            opened.Values.Where(file => file.Tensors.ContainsKey(name)).ToArray() is [var only] ? only : null;

        HomerException Missing(string name, SafetensorsFile file) => new(
            $"Tensor {Quoted.Text(name)} is not in shard '{file.Path}', as '{index}' says; download or export both again.");
    }
}
