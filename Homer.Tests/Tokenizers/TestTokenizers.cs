using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>The tokenizers that tests share, loaded once.</summary>
internal static class TestTokenizers
{
    private static readonly Lazy<ITokenizer> Mini = new(() => TokenizerLoader.Load(RepositoryFiles.HomerMini));
    private static readonly Lazy<ITokenizer> Llama = new(() => TokenizerLoader.Load(SharedData.Require("tokenizers/llama2")));

    internal static ITokenizer HomerMini => Mini.Value;

    /// <summary>The tokenizer of Llama 2; skips the test if this machine does not have it.</summary>
    internal static ITokenizer Llama2
    {
        get
        {
            SharedData.Require("tokenizers/llama2");
            return Llama.Value;
        }
    }

    internal static ITokenizer Load(TinyModel model, string? config = null)
    {
        using TemporaryFolder folder = new TemporaryFolder().With("tokenizer.model", model.ToBytes());
        if (config is not null)
            folder.With("tokenizer_config.json", config);
        return TokenizerLoader.Load(folder.Path);
    }
}
