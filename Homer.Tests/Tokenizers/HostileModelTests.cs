using CsCheck;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

public sealed class HostileModelTests
{
    private static readonly byte[] Whole = File.ReadAllBytes(Path.Combine(RepositoryFiles.HomerMini, "tokenizer.model"));

    [Fact]
    public void A_file_cut_short_is_refused() => Assert.All(
        Enumerable.Range(0, Whole.Length).Where(length => length % 37 == 0 || length > Whole.Length - 40),
        length => AssertRefused("tokenizer.model", Whole[..length]));

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 200].Sample(
        bytes => AssertRefused("tokenizer.model", bytes), iter: 200, threads: 1);

    [Fact]
    public void A_damaged_file_loads_or_is_refused()
    {
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Byte).Sample(
            (place, value) =>
            {
                byte[] damaged = [.. Whole];
                damaged[place] = value;
                using TemporaryFolder folder = new TemporaryFolder().With("tokenizer.model", damaged);
                try
                {
                    TokenizerLoader.Load(folder.Path).Encode("The pass key is #40921.");
                }
                catch (HomerException)
                {
                }
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void Unsupported_contents_are_named()
    {
        AssertRefused("type Unigram", new TinyModel { ModelType = 1 }.ToBytes());
        AssertRefused("byte fallback", new TinyModel { HasBytes = false }.ToBytes());
        AssertRefused("UserDefined", new TinyModel { Pieces = ["a"], ExtraPieceType = 4 }.ToBytes());
        AssertRefused("Unused", new TinyModel { Pieces = ["a"], ExtraPieceType = 5 }.ToBytes());
        AssertRefused("piece 260", new TinyModel { Pieces = ["a", "a"] }.ToBytes());
        AssertRefused("piece 259", new TinyModel { Pieces = [""] }.ToBytes());
        AssertRefused("piece 259", new TinyModel { Pieces = ["a b"] }.ToBytes());
        AssertRefused("piece 259", new TinyModel { Pieces = ["a"], ExtraPieceType = 6 }.ToBytes());
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_named()
    {
        using TemporaryFolder folder = new TemporaryFolder().With("tokenizer.model", Whole);
        using var held = new FileStream(Path.Combine(folder.Path, "tokenizer.model"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var refusal = Assert.Throws<HomerException>(() => TokenizerLoader.Load(folder.Path));
        Assert.Contains("Cannot read", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(string because, byte[] file)
    {
        using TemporaryFolder folder = new TemporaryFolder().With("tokenizer.model", file);
        var refusal = Assert.Throws<HomerException>(() => TokenizerLoader.Load(folder.Path));
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
    }
}
