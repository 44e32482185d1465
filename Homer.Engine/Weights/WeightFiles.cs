using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>
/// The weights of a model folder in Hugging Face layout: <c>model.safetensors</c>, or else the shards which
/// <c>model.safetensors.index.json</c> names. Tensors that the index does not name are not part of the model.
/// </summary>
public sealed class WeightFiles : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> files = [];
    private readonly SortedDictionary<string, WeightTensor> tensors = new(StringComparer.Ordinal);
    private readonly string folder;
    private string? fingerprint;

    private WeightFiles(string folder) => this.folder = folder;

    /// <summary>The names of all tensors, in ordinal order.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>The size of all tensors in bytes, as stored.</summary>
    public long TotalBytes => tensors.Values.Sum(weight => weight.Tensor.ByteLength);

    /// <summary>
    /// The text that identifies the weights: the lower-case hex SHA-256 over the name, dtype, shape, byte length, first 4096 bytes and last
    /// 4096 bytes of every tensor, in the order of names. It is cheap, and does not depend on how tensors are split into files; it does not
    /// notice a change in the middle of a large tensor.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The files were disposed of before it was first asked for.</exception>
    public string Fingerprint => fingerprint ??= WeightFingerprint.Compute(tensors.Values);

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="HomerException">The model has no such tensor.</exception>
    public WeightTensor this[string name] => TryGet(name, out WeightTensor weight)
        ? weight
        : throw new HomerException(
            $"Tensor {Quoted.Text(name)} is not among the {tensors.Count} weights in '{folder}'; give the folder of a complete model.");

    /// <summary>Opens all weight files of a model folder and checks that every tensor is there.</summary>
    /// <param name="modelFolder">The path of the folder.</param>
    /// <exception cref="HomerException">The folder or a file is missing, unreadable or not valid.</exception>
    public static WeightFiles Open(string modelFolder)
    {
        string folder = FileTrouble.FullPath(modelFolder);
        if (!Directory.Exists(folder)) throw new HomerException($"There is no folder '{folder}'; give the folder of a model.");
        string single = Path.Combine(folder, SingleName);
        string index = Path.Combine(folder, IndexName);

        WeightFiles weights = new(folder);
        try
        {
            if (File.Exists(single)) weights.AddAll(SafetensorsFile.Open(single));
            else if (File.Exists(index)) weights.AddShards(index);
            else throw new HomerException($"Folder '{folder}' has neither {SingleName} nor {IndexName}; give the folder of a model.");
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

    /// <summary>Finds the tensor of a name.</summary>
    public bool TryGet(string name, out WeightTensor weight) => tensors.TryGetValue(name, out weight);

    /// <summary>Closes all files; pointers and spans into them become invalid.</summary>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private void AddAll(SafetensorsFile file)
    {
        files.Add(file);
        foreach ((string name, SafetensorsTensor tensor) in file.Tensors) tensors.Add(name, new WeightTensor(file, tensor));
    }

    private void AddShards(string index)
    {
        foreach (IGrouping<string, string> shard in ShardIndex.Read(index).GroupBy(entry => entry.Value, entry => entry.Key))
        {
            SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, shard.Key));
            files.Add(file);
            foreach (string name in shard)
            {
                if (!file.Tensors.TryGetValue(name, out SafetensorsTensor? tensor))
                {
                    throw new HomerException(
                        $"Tensor {Quoted.Text(name)} is not in shard '{file.Path}', as '{index}' says; download or export both again.");
                }

                tensors.Add(name, new WeightTensor(file, tensor));
            }
        }
    }
}
