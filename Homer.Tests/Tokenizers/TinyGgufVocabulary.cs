using Homer.Engine.Tokenizers;
using Homer.Engine.Tokenizers.Unicode;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Writes GGUF files of a vocabulary alone.</summary>
internal sealed class TinyGgufVocabulary
{
    private const uint TextType = 8, ListType = 9, IntType = 5, FloatType = 6, BoolType = 7;

    private readonly List<(string Text, int Type, float Score)> tokens = [];
    private readonly List<string> merges = [];

    public EditableGguf File { get; } = new();

    public bool HasScores { get; set; }

    /// <summary>The number of tokens.</summary>
    public int Count => tokens.Count;

    /// <summary>Creates byte pairs: the 256 bytes.</summary>
    /// <param name="pre">The way of cutting words; null for none.</param>
    public static TinyGgufVocabulary BytePairs(string? pre)
    {
        var vocabulary = new TinyGgufVocabulary();
        vocabulary.File.Set("tokenizer.ggml.model", "gpt2");
        if (pre is not null)
            vocabulary.File.Set("tokenizer.ggml.pre", pre);
        for (int value = 0; value < 256; value++)
            vocabulary.tokens.Add((ByteAlphabet.Of((byte)value).ToString(), 1, 0));
        return vocabulary;
    }

    /// <summary>Creates pieces with scores: the unknown piece, a beginning, an end and the 256 bytes.</summary>
    public static TinyGgufVocabulary Pieces(params string[] pieces)
    {
        var vocabulary = new TinyGgufVocabulary { HasScores = true };
        vocabulary.File.Set("tokenizer.ggml.model", "llama");
        vocabulary.Add("<unk>", 2).Add("<s>", 3).Add("</s>", 3);
        for (int value = 0; value < 256; value++)
            vocabulary.Add($"<0x{value:X2}>", 6);
        foreach ((int rank, string piece) in pieces.Index())
            vocabulary.Add(piece, 1, -rank);
        return vocabulary;
    }

    public TinyGgufVocabulary Add(string text, int type, float score = 0)
    {
        tokens.Add((text, type, score));
        return this;
    }

    /// <summary>Adds a merge, and the token that it makes.</summary>
    public TinyGgufVocabulary Merge(string left, string right)
    {
        merges.Add($"{left} {right}");
        return Add(left + right, 1);
    }

    public TinyGgufVocabulary Flag(string key, bool value)
    {
        File.Set(key, BoolType, [value ? (byte)1 : (byte)0]);
        return this;
    }

    public TinyGgufVocabulary Id(string name, int id)
    {
        File.Set($"tokenizer.ggml.{name}_token_id", (uint)id);
        return this;
    }

    /// <summary>Writes the file and loads its tokenizer.</summary>
    public ITokenizer Load()
    {
        using var folder = new TemporaryFolder();
        Save(folder["v.gguf"]);
        return TokenizerLoader.Load(folder["v.gguf"]);
    }

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        File.Set("tokenizer.ggml.tokens", ListType, List(TextType, tokens.Select(token => EditableGguf.TextBytes(token.Text))));
        File.Set("tokenizer.ggml.token_type", ListType, List(IntType, tokens.Select(token => BitConverter.GetBytes(token.Type))));
        if (merges.Count > 0)
            File.Set("tokenizer.ggml.merges", ListType, List(TextType, merges.Select(EditableGguf.TextBytes)));
        if (HasScores)
            File.Set("tokenizer.ggml.scores", ListType, List(FloatType, tokens.Select(token => BitConverter.GetBytes(token.Score))));
        File.Save(path);
    }

    private static byte[] List(uint type, IEnumerable<byte[]> items)
    {
        byte[][] all = [.. items];
        return [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes((ulong)all.Length), .. all.SelectMany(item => item)];
    }
}
