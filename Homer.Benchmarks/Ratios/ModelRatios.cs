using Homer.Engine.Measuring;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>Whole models beside their ceilings: prefill in useful FLOP/s, decode in the bytes that each token needs.</summary>
internal static class ModelRatios
{
    private const string Small = "homer-mini";
    private const string Shape = "smollm2-135m";

    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");

    public static void Run(RatioTable table, MeasuredDevice device)
    {
        table.Begin("decode: all weights and the cache, once a token", "GB/s");
        var shape = ModelConfig.Read(Path.Combine(Models, "shapes", Shape + ".json"));
        foreach (SafetensorsType type in new[] { SafetensorsType.F16, SafetensorsType.BF16 })
        {
            using var model = TransformerModel.Random(shape, type, device.Device);
            Add($"{Shape} {type.Name()}", model, 5, new SpeedCase("plain", 0, 16, 0));
        }

        using var mini = TransformerModel.Load(Path.Combine(Models, Small), device.Device);
        // Small enough for a cache of the processor: the ceiling is that cache's bandwidth.
        Add(Small, mini, 10, new("plain", 0, 64, 0), new("plain", 0, 64, 256));
        table.Begin("prefill: useful FLOP", "GFLOP/s");
        Add(Small, mini, 10, new SpeedCase("plain", mini.Config.Window, 0, 0));
        Add(Small, mini, 3, new SpeedCase("homer", 32768, 0, 0));

        void Add(string name, TransformerModel model, int repetitions, params ReadOnlySpan<SpeedCase> cases)
        {
            var test = new SpeedTest(new(model, HomerOptions.Best), device.Best);
            foreach (SpeedCase one in cases)
            {
                SpeedResult result = test.Run(one, repetitions);
                Func<Ceilings, double> ceiling = one.Prompt > 0 ? ceilings => ceilings.Peak : _ => result.Ceiling;
                table.Add($"{name}, {one.Method} {one.Name}", device, result.Times, result.Work, ceiling);
            }
        }
    }
}
