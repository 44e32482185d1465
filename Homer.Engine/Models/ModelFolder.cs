namespace Homer.Engine.Models;

/// <summary>The folder of a model, in Hugging Face layout.</summary>
internal static class ModelFolder
{
    /// <summary>Refuses a path that is not a folder.</summary>
    /// <exception cref="HomerException">There is no such folder.</exception>
    public static void Require(string folder)
    {
        if (!Directory.Exists(folder))
            throw new HomerException($"{folder} is not a folder; give a model folder in Hugging Face layout.");
    }
}
