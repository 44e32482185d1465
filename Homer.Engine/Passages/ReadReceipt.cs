using Homer.Engine.Checks;
using Homer.Engine.Contexts;

namespace Homer.Engine.Passages;

/// <summary>The account of a document's tokens in a reading: all that were found were either read or passed over.</summary>
/// <param name="File">The file, or another name of the document.</param>
/// <param name="Found">The number of tokens of the document.</param>
/// <param name="Read">The number of those that the method read.</param>
/// <param name="PassedOver">The number of those that it left out.</param>
public sealed record ReadReceipt(string File, int Found, int Read, int PassedOver)
{
    /// <summary><inheritdoc cref="ReadReceipt" path="/param[@name='File']/node()"/></summary>
    public string File { get; init => field = NotNull.Of(value); } = NotNull.Of(File);

    /// <summary>Returns the receipts of a reading.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request that it reads.</param>
    /// <param name="files">The files that the document consists of, in order, each with its number of tokens.</param>
    /// <exception cref="HomerException">The input or the settings are impossible.</exception>
    public static IReadOnlyList<ReadReceipt> Of(
        IContextMethod method, ContextRequest request, IReadOnlyList<(string File, int Tokens)> files)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(files);
        IReadOnlyList<Range> left = method.PassedOver(request);
        List<ReadReceipt> receipts = [];
        int start = 0;
        foreach ((string file, int tokens) in files)
        {
            int first = start, end = start + tokens;
            int passed = left.Sum(range => Math.Max(0, Math.Min(end, range.End.Value) - Math.Max(first, range.Start.Value)));
            receipts.Add(new(file, tokens, tokens - passed, passed));
            start = end;
        }

        return receipts;
    }
}
