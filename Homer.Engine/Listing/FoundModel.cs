using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;

namespace Homer.Engine.Listing;

/// <summary>A model that was found, and what opening it would say. Headers are read, and no weights.</summary>
/// <param name="Name">What <c>--model</c> takes for it.</param>
/// <param name="Path">The folder, or the only or first file.</param>
/// <param name="SizeBytes">The size of its files.</param>
internal sealed record FoundModel(string Name, string Path, long SizeBytes)
{
    /// <summary>The family; null where it is not known.</summary>
    public string? Family { get; init; }

    /// <summary>The number of parameters; null where it is not known.</summary>
    public long? Parameters { get; init; }

    /// <summary>The window in tokens; null where it is not known.</summary>
    public int? Window { get; init; }

    /// <summary>The type in which most of the weights are stored; null where it is not known.</summary>
    public string? Type { get; init; }

    /// <summary>The sentence with which opening it is refused; null where it runs.</summary>
    public string? Refusal { get; init; }

    /// <summary>The sentence with which its tokenizer is refused, so that it runs on token ids alone; null where it has one.</summary>
    public string? TokenizerRefusal { get; init; }

    /// <summary>Whether Homer runs the model.</summary>
    public bool Runs => Refusal is null;

    /// <summary>The shorter form of what is refused, for a table; null where nothing is.</summary>
    public string? Reason => (Refusal ?? TokenizerRefusal) is { } sentence ? Short(sentence) : null;

    /// <summary>Looks at a model.</summary>
    public static FoundModel Of(ModelCandidate candidate)
    {
        var found = new FoundModel(candidate.Name, candidate.Path, SizeOf(candidate.Path));
        if (candidate.Refusal is not null)
            return found with { Refusal = candidate.Refusal };
        try
        {
            using ModelSource source = ModelSource.Open(candidate.Path);
            found = Describe(found, source.Config, source.Weights);
            using var owned = new Lifetime();
            var plan = new WeightPlan(source.Weights, source.Config, WeightPrecision.Stored, owned, readsWeights: false);
            found = Describe(found, plan.Config, source.Weights);
        }
        catch (Exception e) when (SentenceOf(e, candidate) is not null)
        {
            return found with { Refusal = SentenceOf(e, candidate) };
        }

        try
        {
            TokenizerLoader.Load(candidate.Path);
            return found;
        }
        catch (Exception e) when (SentenceOf(e, candidate) is not null)
        {
            return found with { TokenizerRefusal = SentenceOf(e, candidate) };
        }
    }

    private static FoundModel Describe(FoundModel found, ModelConfig config, WeightFiles weights) => found with
    {
        Family = config.Family,
        Parameters = config.ParameterCount,
        Window = config.Window,
        Type = weights.Names.Select(name => weights[name].Tensor).GroupBy(tensor => tensor.TypeName)
            .MaxBy(group => group.Sum(tensor => tensor.ByteLength))?.Key,
    };

    private static string? SentenceOf(Exception e, ModelCandidate candidate) =>
        e is HomerException ? e.Message : FileTrouble.Is(e) ? FileTrouble.CannotList(candidate.Path, e).Message : null;

    // The folder of a model, or all parts of a file; links count as what they lead to.
    private static long SizeOf(string path)
    {
        string folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(path) ?? "";
        string file = System.IO.Path.GetFileName(path);
        try
        {
            string[] names = Directory.Exists(path) ? FolderContent.Files(path)
                : PartName.Of(file) is null ? [file]
                : Array.FindAll(FolderContent.Files(folder), name => GgufGroups.Of([name]) is [var first] && first == file);
            return names.Sum(name => LengthOf(System.IO.Path.Combine(folder, name)));
        }
        catch (HomerException)
        {
            // Opening the model says what is wrong with it.
            return 0;
        }
    }

    private static long LengthOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is FileInfo { Exists: true } target ? target.Length : 0;
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            return 0;
        }
    }

    // Without the path, which the line names already, and without what to do.
    private string Short(string sentence)
    {
        string full = FileTrouble.FullPath(Path);
        foreach (string own in new[] { $"'{full}': ", $"'{full}' ", $"'{Path}': ", $"'{Path}' ", $"Folder '{full}' " })
        {
            if (sentence.StartsWith(own, StringComparison.Ordinal))
                sentence = sentence[own.Length..];
        }

        int remedy = sentence.IndexOf("; ", StringComparison.Ordinal);
        return (remedy < 0 ? sentence.TrimEnd('.') : sentence[..remedy])
            .Replace(" cannot be used: ", ": ", StringComparison.Ordinal)
            .Replace(full + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            .Replace(Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }
}
