namespace Homer.Engine.Contexts;

/// <summary>The description of a cache file that is not loaded; see <see cref="CacheFile.Describe"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Fingerprint">The fingerprint of the model that made it.</param>
/// <param name="Tokens">The number of tokens in its last layer.</param>
/// <param name="ElementType">The element type of keys and values: F32 or F16.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Settings">The metadata that was recorded with it: the options, the lengths of the input, the library's version.</param>
public sealed record CacheDescription(
    string Path, string Fingerprint, int Tokens, string ElementType, long Bytes, IReadOnlyDictionary<string, string> Settings);
