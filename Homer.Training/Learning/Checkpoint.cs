using System.Globalization;
using Homer.Engine.Weights;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>The state of a training between two steps, kept in a file. The file is replaced atomically.</summary>
internal static class Checkpoint
{
    public const string FileName = "checkpoint.safetensors";

    /// <summary>Writes the state before a step.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public static void Write(string path, Recipe recipe, int step, FloatBlock parameters, AdamW optimizer) => SafetensorsWriter.Write(
        path,
        new Dictionary<string, string> { ["step"] = step.ToString(CultureInfo.InvariantCulture), ["recipe"] = Of(recipe) },
        [Part("parameters", parameters), Part("mean", optimizer.Mean), Part("square", optimizer.Square)]);

    /// <summary>Reads a state into the parameters and the optimizer.</summary>
    /// <returns>The number of the next step; null if there is no file.</returns>
    /// <exception cref="HomerException">The file is from a training with other settings, or damaged.</exception>
    public static int? Read(string path, Recipe recipe, FloatBlock parameters, AdamW optimizer)
    {
        if (!File.Exists(path))
            return null;
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("recipe") != Of(recipe) || file["parameters"].ElementCount != parameters.Length)
            throw new HomerException($"{path} is from a training with other settings; give those again, or delete it to begin anew.");
        file.ReadArray<float>("parameters").CopyTo(parameters.Span);
        file.ReadArray<float>("mean").CopyTo(optimizer.Mean.Span);
        file.ReadArray<float>("square").CopyTo(optimizer.Square.Span);
        return int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
    }

    /// <summary>Returns all settings as text; the lists come last because a record prints only their types.</summary>
    private static string Of(Recipe recipe)
    {
        Recipe rest = recipe with { Curriculum = [], Supervisions = [] };
        return $"{rest} {string.Join(' ', recipe.Curriculum)} {string.Join(' ', recipe.Supervisions)}";
    }

    private static SafetensorsPart Part(string name, FloatBlock block) => SafetensorsPart.Create(name, block.Span.ToArray(), block.Length);
}
