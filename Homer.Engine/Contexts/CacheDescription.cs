namespace Homer.Engine.Contexts;

/// <summary>What a cache file says of itself, without being loaded; see <see cref="CacheFile.Describe"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Fingerprint">Of the model that made it.</param>
/// <param name="Tokens">Tokens in its last layer.</param>
/// <param name="ElementType">How keys and values are stored: F32 or F16.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="Settings">Everything that was recorded with it: the options, the lengths of the input, the library's version.</param>
public sealed record CacheDescription(
    string Path, string Fingerprint, int Tokens, string ElementType, long Bytes, IReadOnlyDictionary<string, string> Settings);
