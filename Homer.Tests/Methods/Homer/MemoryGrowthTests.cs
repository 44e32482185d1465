using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer;

/// <summary>Checks in measured bytes that twice the document takes about one waiting chunk more.</summary>
public sealed class MemoryGrowthTests : DeviceTests
{
    private const int Chunk = 256;

    [Theory]
    [InlineData("paper", 2)]
    [InlineData("best", 32)]
    public void Memory_grows_with_the_logarithm_of_the_document(string preset, int step)
    {
        HomerOptions options = (preset == "best" ? HomerOptions.Best : HomerOptions.Paper) with { Chunk = Chunk, Warmup = 2 };
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        ModelConfig config = engine.Model.Config;
        MemoryLedger memory = engine.Model.Device.Memory;
        ContextInput question = engine.Encode(engine.Template.Prefix, "", engine.Template.Ask("What is the pass key?"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{preset}: tokens, peak without weights in KiB");

        // At most one chunk waits per level of the tree, with keys and values, hidden states, positions, indices and significance.
        long waiting = Chunk * (config.CacheBytesPerToken + ((config.HiddenSize + 3L) * sizeof(float)));
        long single = Peak(Chunk / 2, out _), first = Peak(1024, out _);
        for (int tokens = 1024 * step; tokens <= 32768; tokens *= step)
        {
            long peak = Peak(tokens, out int height);
            Assert.True(peak <= single + (height * waiting), $"{tokens} tokens take {peak} bytes, one chunk takes {single}");
            Assert.True(peak < 2 * first, $"{tokens} tokens take {peak} bytes, 1024 take {first}");
        }

        long Peak(int tokens, out int height)
        {
            ContextInput input = question with { Document = new Random(tokens).Below(tokens, config.VocabularySize) };
            height = engine.Merging(options).PlanMerging(engine.Request(input, newTokens: 0)).Plan.Height;
            long before = memory.InUse;
            memory.ResetPeak();
            engine.Read(input, options: options, newTokens: 0).Dispose();
            Assert.Equal(before, memory.InUse);
            long peak = memory.Peak - memory.Of(MemoryUse.Weights);
            TestContext.Current.TestOutputHelper?.WriteLine($"{tokens,6} {peak / 1024.0,8:0}");
            return peak;
        }
    }
}
