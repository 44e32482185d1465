using System.Text.Json;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Tokenizers;
using Homer.Tests.Doctor;
using Homer.Tests.Support;

namespace Homer.Tests;

/// <summary>Models whose embeddings have fewer or more rows than their tokenizer has tokens.</summary>
public sealed class VocabularySizeTests : IDisposable
{
    private readonly CheckedModel model = new();

    public void Dispose() => model.Dispose();

    /// <summary>Row 62 of the traps: ids that the model has no row for are refused by the names of their tokens.</summary>
    [Fact]
    public void A_token_beyond_the_rows_is_refused_by_name()
    {
        model.Config["vocab_size"] = 100;
        model.Config["eos_token_id"] = null;
        AssertRefused(model.Save(), "a", 100, CheckedModel.Tokens);
    }

    [Fact]
    public void The_recorded_tokenizer_that_is_larger_than_the_rows_is_refused() =>
        AssertRefused(SharedData.Require("traps/hf-tokenizer-larger-than-rows"), "The quick brown fox.", 160, 278);

    /// <summary>Row 63 of the traps: a row that no token has is no text, and no error.</summary>
    [Fact]
    public void A_row_that_no_token_has_is_no_text()
    {
        model.Config["vocab_size"] = CheckedModel.Tokens + 60;
        string folder = model.Save();
        using var engine = HomerEngine.Load(folder, "cpu");
        Assert.Equal("", engine.Tokenizer.Decode([CheckedModel.Tokens, CheckedModel.Tokens + 59]));
        StreamingDecoder decoder = engine.Tokenizer.CreateDecoder();
        int a = engine.Tokenizer.Encode("a")[0];
        Assert.Equal("a", decoder.Append(CheckedModel.Tokens + 20) + decoder.Append(a) + decoder.Flush());
        using KvContext context = KvContext.Create(engine.Model, engine.Model.Config.RopeScaling, 4);
        context.Append([a]);
        float[] logits = new float[CheckedModel.Tokens + 60];
        logits[^30] = 9;
        context.SetLogits(logits);
        Continuation continuation = engine.Continue(context, new() { MaxTokens = 1 });
        Assert.Equal("", string.Concat(continuation.Pieces.Select(piece => piece.Text)));
    }

    [Fact]
    public void The_recorded_row_that_no_token_has_is_no_text()
    {
        string folder = SharedData.Require("traps/hf-rows-beyond-tokenizer");
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        int[] ids = [.. recorded.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
        using var engine = HomerEngine.Load(folder, "cpu");
        using KvContext context = KvContext.Create(engine.Model, engine.Model.Config.RopeScaling, ids.Length + 4);
        context.Append(ids);
        Continuation continuation = engine.Continue(context, new() { MaxTokens = 1 });
        (int Token, string Text)[] pieces = [.. continuation.Pieces.Select(piece => (piece.Token, piece.Text))];
        int argmax = recorded.RootElement.GetProperty("argmax").GetInt32();
        Assert.Equal([argmax], pieces.Where(piece => piece.Token >= 0).Select(piece => piece.Token).Distinct());
        Assert.Equal("", string.Concat(pieces.Select(piece => piece.Text)));
    }

    private static void AssertRefused(string folder, string text, int rows, int tokens)
    {
        using var engine = HomerEngine.Load(folder, "cpu");
        int[] ids = engine.Tokenizer.Encode(text + " zzz", beginOfSequence: true);
        int first = ids.First(id => id >= rows);
        foreach (string word in new[] { $"Token {first} '", $"{rows} rows", $"{tokens}" })
            Refused.With(word, () => engine.Read(new([], [], ids)).Dispose());
    }
}
