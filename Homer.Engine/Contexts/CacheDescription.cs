namespace Homer.Engine.Contexts;

/// <summary>The description of a cache file that has not been loaded; see <see cref="CacheFile.Describe"/>.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Fingerprint">The fingerprint of the model that made it.</param>
/// <param name="Tokens">The number of tokens in its last layer.</param>
/// <param name="ElementType">The element type of keys and values: F32 or F16.</param>
/// <param name="Bytes">The size of the file in bytes.</param>
/// <param name="Settings">The settings that were recorded with it: options, lengths of the input, the version of the library.</param>
public sealed record CacheDescription(
    string Path, string Fingerprint, int Tokens, string ElementType, long Bytes, IReadOnlyDictionary<string, string> Settings);
