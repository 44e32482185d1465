using System.Globalization;
using Homer.Cli.Output;
using Homer.Engine.Passages;

namespace Homer.Cli.Commands;

/// <summary>The line that says how many tokens of each document were read.</summary>
internal static class ReceiptLine
{
    // Of more files the sum is said, and those of which something was passed over.
    private const int MostFiles = 3;

    /// <summary>Writes the receipts of a reading to stderr, on one line.</summary>
    /// <param name="receipt">The receipts, by file.</param>
    /// <param name="again">The number of tokens that were read again for the answer; null where all were read for it at once.</param>
    public static void Note(IReadOnlyList<ReadReceipt> receipt, int? again = null)
    {
        List<ReadReceipt> shown = [.. receipt];
        if (receipt.Count > MostFiles)
        {
            int read = receipt.Sum(one => one.Read), passed = receipt.Sum(one => one.PassedOver);
            shown =
            [
                new($"{receipt.Count} files", read + passed, read, passed),
                .. receipt.Where(one => one.PassedOver > 0),
            ];
        }

        string chosen = again is { } count ? Said($"; {count:N0} of them read again for the answer") : "";
        Terminal.Note(string.Join("; ", shown.Select(Of)) + chosen);
    }

    private static string Of(ReadReceipt one) =>
        Said($"{one.File}: {one.Found:N0} tokens found, {one.Read:N0} read, {one.PassedOver:N0} passed over");

    private static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
