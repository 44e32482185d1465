namespace Homer.Engine.Books;

/// <summary>The outcome of reading files into a book.</summary>
public sealed class BookReport
{
    internal BookReport(string path, IReadOnlyList<SkippedFile> skipped) => (Out, Skipped) = (path, skipped);

    /// <summary>The path of the book.</summary>
    public string Out { get; }

    /// <summary>The number of files in the book.</summary>
    public int Files { get; internal set; }

    /// <summary>The number of files that were read.</summary>
    public int Read { get; internal set; }

    /// <summary>The number of files that were taken from the book as it was.</summary>
    public int Kept { get; internal set; }

    /// <summary>The number of files that are in the book no more.</summary>
    public int Removed { get; internal set; }

    /// <summary>The number of tokens of all files in the book.</summary>
    public long Tokens { get; internal set; }

    /// <summary>The number of bytes of the book.</summary>
    public long Bytes { get; internal set; }

    /// <summary>The seconds that it took.</summary>
    public double Seconds { get; internal set; }

    /// <summary>The files that were passed over.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }
}

/// <summary>A file that was passed over.</summary>
public sealed class SkippedFile
{
    internal SkippedFile(string file, string reason) => (File, Reason) = (file, reason);

    /// <summary>The path as it was given.</summary>
    public string File { get; }

    /// <summary>A sentence that says why.</summary>
    public string Reason { get; }
}

/// <summary>The share of a reading of files that is done, and its speed.</summary>
/// <param name="Share">The share that is done, 0 … 1.</param>
/// <param name="TokensPerSecond">The tokens that were read in a second.</param>
/// <param name="Left">The time that is left, as far as it can be told.</param>
public readonly record struct BookProgress(double Share, double TokensPerSecond, TimeSpan Left);
