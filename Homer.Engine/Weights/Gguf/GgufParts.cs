using System.Globalization;
using Homer.Engine.Files;

namespace Homer.Engine.Weights.Gguf;

/// <summary>
/// A model in one GGUF file or in several, as llama.cpp's gguf-split makes them: the first has the metadata, and each says which part it
/// is (<c>split.no</c>, from 0), how many there are (<c>split.count</c>) and how many tensors they hold (<c>split.tensors.count</c>).
/// Their names count from 1: <c>NAME-00001-of-00003.gguf</c>.
/// </summary>
internal sealed class GgufParts : IDisposable
{
    private const string NumberKey = "split.no";
    private const string CountKey = "split.count";
    private const string TensorsKey = "split.tensors.count";
    private const int MostParts = 99999;

    private readonly List<GgufFile> files = [];

    private GgufParts()
    {
    }

    /// <summary>The path of the first part.</summary>
    public string Path => files[0].Path;

    /// <summary>The metadata, which the first part holds.</summary>
    public GgufKeys Keys => files[0].Keys;

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<GgufFile> Files => files;

    /// <summary>All tensors by name, and the part that holds each.</summary>
    public SortedDictionary<string, WeightTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens a model by its only or its first file.</summary>
    /// <exception cref="HomerException">A file is missing, unreadable or not valid, or the parts do not belong together.</exception>
    public static GgufParts Open(string path)
    {
        var parts = new GgufParts();
        try
        {
            parts.OpenAll(path);
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(file => file.Dispose());

    private static string NameOf(string prefix, long part, long count) => new PartName(prefix, part, count).ToString();

    private void OpenAll(string path)
    {
        GgufFile first = Add(path);
        long count = first.Keys.Integer(CountKey) ?? 1, number = first.Keys.Integer(NumberKey) ?? 0;
        if (count is < 1 or > MostParts)
            throw first.Keys.Invalid(CountKey, $"is {count}, which is no number of parts");
        if (count > 1)
            OpenOthers(first, count, number);
        else if (number != 0)
            throw first.Keys.Invalid(NumberKey, $"is {number} in a file that is the only one");
        if (first.Keys.Integer(TensorsKey) is { } tensors && tensors != Tensors.Count)
            throw first.Keys.Invalid(TensorsKey, $"promises {tensors} tensors, but {Tensors.Count} are there; fetch all parts again");
    }

    private void OpenOthers(GgufFile first, long count, long number)
    {
        string name = System.IO.Path.GetFileName(first.Path), folder = System.IO.Path.GetDirectoryName(first.Path)!;
        string prefix = PartName.Of(name)?.Prefix ?? System.IO.Path.GetFileNameWithoutExtension(name);
        if (number != 0)
        {
            throw new HomerException(
                $"'{first.Path}' is part {number + 1} of {count} (its {NumberKey} counts from 0); give the first part, "
                + $"{Quoted.Text(NameOf(prefix, 1, count))}.");
        }

        if (name != NameOf(prefix, 1, count))
        {
            throw new HomerException(
                $"'{first.Path}' is the first of {count} parts, whose names must be like {Quoted.Text(NameOf(prefix, 1, count))} for the "
                + "others to be found; rename them.");
        }

        for (long part = 2; part <= count; part++)
        {
            string path = System.IO.Path.Combine(folder, NameOf(prefix, part, count));
            if (!File.Exists(path))
                throw new HomerException($"'{path}' was not downloaded, part {part} of the {count} of this model; fetch it, too.");
            GgufKeys keys = Add(path).Keys;
            if (keys.Integer(CountKey) is var its && its != count)
                throw keys.Invalid(CountKey, $"is {Number(its)}, but {count} in the first part");
            if (keys.Integer(NumberKey) is var no && no != part - 1)
                throw keys.Invalid(NumberKey, $"is {Number(no)}, not {part - 1} as its name says");
        }

        static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "missing";
    }

    private GgufFile Add(string path)
    {
        GgufFile file = GgufFile.Open(path);
        files.Add(file);
        foreach ((string name, GgufTensor tensor) in file.Tensors)
        {
            if (!Tensors.TryAdd(name, new(file, tensor)))
            {
                throw new HomerException(
                    $"'{path}' holds tensor {Quoted.Text(name)}, which an earlier part has, too; fetch all parts again.");
            }
        }

        return file;
    }
}
