using System.Globalization;
using Homer.Engine.Files;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>Where a model lies: a folder in Hugging Face layout, or a GGUF file.</summary>
internal static class ModelFolder
{
    public const string ConfigName = "config.json";

    // Ids in a note.
    private const int MostNamed = 8;

    /// <summary>Returns whether the path is that of a file.</summary>
    public static bool IsFile(string model) => File.Exists(model);

    /// <summary>Refuses a path that is not a model's, and says what it is instead.</summary>
    /// <exception cref="HomerException">There is no such folder or GGUF file, or no model in it.</exception>
    public static void Require(string folder)
    {
        string shown = Quoted.Path(folder);
        if (IsFile(folder))
        {
            if (!IsGguf(folder))
            {
                throw new HomerException(
                    $"{shown} is a file{Kind(folder)}, not a folder; give the folder of a model in Hugging Face layout, or a GGUF file.");
            }

            return;
        }

        if (!Directory.Exists(folder))
            throw new HomerException($"{shown} is not a folder; give a model folder in Hugging Face layout, or a GGUF file.");
        if (File.Exists(Path.Combine(folder, ConfigName)))
            return;
        throw new HomerException(
            $"{shown} has no {ConfigName}{ForeignFolder.Describe(folder) ?? "; give a model folder in Hugging Face layout"}.");
    }

    /// <summary>
    /// Reads config.json, with the ends of sequence of generation_config.json beside its own. Ids that the model cannot generate are left
    /// out, with a note.
    /// </summary>
    /// <exception cref="HomerException">A file is missing or broken, or asks for what Homer does not know.</exception>
    public static ModelConfig ReadConfig(string folder)
    {
        Require(folder);
        ModelConfig config = ModelConfig.Read(Path.Combine(folder, ConfigName));
        var generation = GenerationConfig.Read(folder);
        config = WithKnownEnds(config with { EndOfSequence = [.. config.EndOfSequence.Union(generation.EndOfSequence)] });
        return config with { Notes = [.. config.Notes, .. NotesOn(generation)] };
    }

    /// <summary>Leaves out the ends of sequence that the model cannot generate, with a note on those beyond the vocabulary.</summary>
    public static ModelConfig WithKnownEnds(ModelConfig config)
    {
        // Training writes −1 for none.
        int[] beyond = [.. config.EndOfSequence.Where(id => id >= 0 && !config.IsInVocabulary(id))];
        string size = config.VocabularySize.ToString(CultureInfo.InvariantCulture);
        string ids = string.Join(", ", beyond.Take(MostNamed)) + (beyond.Length > MostNamed ? " …" : "");
        string note = $"eos_token_id names {ids}, beyond the vocabulary of {size} tokens; that is no end which the model could generate, "
            + "and is passed over.";
        return config with
        {
            EndOfSequence = [.. config.EndOfSequence.Where(config.IsInVocabulary)],
            Notes = beyond.Length > 0 ? [.. config.Notes, note] : config.Notes,
        };
    }

    private static IEnumerable<string> NotesOn(GenerationConfig generation)
    {
        if (generation.Unsupported.Count > 0)
        {
            yield return $"{GenerationConfig.FileName} asks for {string.Join(", ", generation.Unsupported)}, which Homer does not do; "
                + "answers may differ from those of other programs.";
        }

        string? penalty = generation.Recommended.FirstOrDefault(
            setting => setting.StartsWith("repetition_penalty", StringComparison.Ordinal));
        if (penalty is not null)
        {
            yield return $"{GenerationConfig.FileName} recommends {penalty}, which is not taken from there; "
                + "give --repetition-penalty for it.";
        }
    }

    // A file of that name that is none is refused by its reader, which says what is wrong with it.
    private static bool IsGguf(string file) =>
        Path.GetExtension(file).Equals(".gguf", StringComparison.OrdinalIgnoreCase) || Head(file).AsSpan().StartsWith("GGUF"u8);

    private static string Kind(string file) => Path.GetExtension(file) is ".safetensors"
        ? " of weights"
        : ForeignFile.AsModelFile(Head(file)) is { } foreign ? $" ({foreign.What})" : "";

    private static byte[] Head(string file)
    {
        FileStatus.RequireFile(file);
        try
        {
            using FileStream stream = File.OpenRead(file);
            var head = new byte[ForeignFile.HeadBytes];
            return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(file, e);
        }
    }
}
