namespace Homer.Engine.Reading;

/// <summary>The memory and the work of a reading, known before it begins.</summary>
public abstract class ReadingForecast
{
    /// <summary>The device memory at the peak.</summary>
    public abstract MemoryForecast Memory { get; }

    /// <summary>The work of reading the input.</summary>
    public abstract WorkForecast Work { get; }

    /// <summary>The work of reading the input where its leaves are kept already.</summary>
    public virtual WorkForecast WorkWithKeptLeaves => Work;

    /// <summary>The passes through a layer in which kept leaves read their suffix alone, and the tokens of one; none by default.</summary>
    public virtual (long Passes, int Tokens) SuffixPasses => (0, 0);

    /// <summary>For each layer, the number of tokens that the finished cache holds.</summary>
    public abstract IReadOnlyList<int> CachedTokens { get; }

    /// <summary>The most tokens that go through a layer together.</summary>
    public abstract int LongestPass { get; }
}
