using Homer.Cli.Output;

namespace Homer.Cli.Options;

/// <summary>The small model that is installed beside the command, and used where none is given.</summary>
internal static class ShippedModel
{
    /// <summary>The model's name.</summary>
    public const string Name = "homer-mini";

    private static bool isAnnounced;

    /// <summary>The model's folder.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "models", Name);

    /// <summary>Says once that the model is used.</summary>
    public static void Announce()
    {
        if (!isAnnounced)
            Terminal.Note($"No --model was given: {Name} is used, which comes with homer and knows village chronicles alone.");
        isAnnounced = true;
    }
}
