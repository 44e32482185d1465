using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Generation;

public sealed class GeneratorTests : DeviceTests
{
    private const string Beginning = "Once upon a time";
    private const string Story =
        ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball.";

    [Theory]
    [EveryDevice]
    public void A_story_continues_as_recorded(string name)
    {
        string folder = SharedData.Require("models/stories260K");
        using var model = TransformerModel.Load(folder, Open(name));
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        var input = new ContextInput([], [], tokenizer.Encode(Beginning, beginOfSequence: true));
        using KvContext context = new PlainMethod().Read(new(model, input) { NewTokens = 64 });
        using var generator = new Generator(model, new() { MaxTokens = 64 });
        StreamingDecoder decoder = tokenizer.CreateDecoder(continues: true);
        Assert.StartsWith(Story, string.Concat(generator.Generate(context).Select(decoder.Append)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_token_ends_the_text_and_is_not_returned()
    {
        ComputeDevice device = Open("cpu");
        int[] all = Continue(device, "null", 12, out FinishReason? reason);
        Assert.Equal(12, all.Length);
        Assert.Equal(FinishReason.Length, reason);

        int last = Array.FindIndex(all, token => token != all[0]);
        int[] ended = Continue(device, $"[{all[last]}]", 12, out reason);
        Assert.Equal(all[..last], ended);
        Assert.Equal(FinishReason.Stop, reason);
    }

    [Fact]
    public void The_last_token_needs_no_room()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = KvContext.Create(model, RopeScaling.None, 3);
        context.Append([1, 2]);
        using var generator = new Generator(model, new() { MaxTokens = 2 });
        Assert.Equal(2, generator.Generate(context).Count());
        Assert.Equal(0, context.Room);
    }

    [Fact]
    public void Cancellation_stops_between_tokens()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = KvContext.Create(model, RopeScaling.None, 30);
        context.Append([1]);
        using var source = new CancellationTokenSource();
        using var generator = new Generator(model, new() { MaxTokens = 20 });
        int count = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (int token in generator.Generate(context, cancellation: source.Token))
            {
                if (++count == 3)
                    source.Cancel();
            }
        });
        Assert.Equal(3, count);
    }

    [Fact]
    public void The_engine_answers_and_frees_all_memory()
    {
        using var homer = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        long before = homer.Model.Device.Memory.InUse;
        string answer = homer.Ask("The pass key is #40921. Remember it.", "What is the pass key?", new() { MaxTokens = 4 });
        Assert.NotEmpty(answer);
        Assert.Equal(before, homer.Model.Device.Memory.InUse);
        Refused.With("question", () => homer.Ask("A document.", " "));
        Assert.Equal(before, homer.Model.Device.Memory.InUse);
    }

    [Theory]
    [InlineData(0, 64, "new tokens")]
    [InlineData(1, -1, "repetition window")]
    public void Impossible_options_are_refused(int maxTokens, int window, string word)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Refused.With(word, () => new Generator(model, new() { MaxTokens = maxTokens, RepetitionWindow = window }).Dispose());
    }

    private static int[] Continue(ComputeDevice device, string endOfSequence, int tokens, out FinishReason? reason)
    {
        using CopiedModel copy = new CopiedModel().Patch($$"""{"eos_token_id":{{endOfSequence}}}""");
        using var model = TransformerModel.Load(copy.Save(), device);
        using KvContext context = KvContext.Create(model, RopeScaling.None, 3 + tokens);
        context.Append([1, 2, 3]);
        using var generator = new Generator(model, new() { MaxTokens = tokens });
        int[] all = [.. generator.Generate(context)];
        reason = generator.FinishReason;
        return all;
    }
}
