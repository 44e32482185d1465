using System.Globalization;
using Homer.Engine.Weights;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>The state between two steps, in a file that is there whole or not at all.</summary>
internal static class Checkpoint
{
    public const string FileName = "checkpoint.safetensors";

    /// <summary>Writes the state before a step.</summary>
    public static void Write(string path, Recipe recipe, int step, FloatBlock parameters, AdamW optimizer) => SafetensorsWriter.Write(
        path,
        new Dictionary<string, string> { ["step"] = step.ToString(CultureInfo.InvariantCulture), ["recipe"] = Of(recipe) },
        [Part("parameters", parameters), Part("mean", optimizer.Mean), Part("square", optimizer.Square)]);

    /// <summary>Reads a state back.</summary>
    /// <returns>The step that is next, or null where there is no such file.</returns>
    /// <exception cref="HomerException">It is of another recipe, or broken.</exception>
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

    private static string Of(Recipe recipe) => $"{recipe with { Stages = [], Lessons = [] }} {string.Join(' ', recipe.Stages)} {string.Join(' ', recipe.Lessons)}";

    private static SafetensorsPart Part(string name, FloatBlock block) => SafetensorsPart.Create(name, block.Span.ToArray(), block.Length);
}
