using Homer.Engine.Measuring;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;

namespace Homer.Benchmarks.Ratios;

/// <summary>Whole models: reading in useful FLOP/s, writing in bytes that each token needs per second.</summary>
internal static class ModelRatios
{
    private const string Small = "homer-mini";
    private const string Shape = "smollm2-135m";

    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");

    public static void Run(RatioTable table, MeasuredDevice device)
    {
        table.Begin("writing: all weights and the cache, once a token", "GB/s");
        var shape = ModelConfig.Read(Path.Combine(Models, "shapes", Shape + ".json"));
        foreach (SafetensorsType type in new[] { SafetensorsType.F16, SafetensorsType.BF16 })
        {
            using var model = TransformerModel.Random(shape, type, device.Device);
            Add($"{Shape} {type.Name()}", model, 5, new SpeedCase("plain", 0, 16, 0));
        }

        using var mini = TransformerModel.Load(Path.Combine(Models, Small), device.Device);
        // Small enough to be read from a cache: the ceiling is how fast that gives as many bytes.
        Add(Small, mini, 10, new("plain", 0, 64, 0), new("plain", 0, 64, 256));
        table.Begin("reading: useful FLOP", "GFLOP/s");
        Add(Small, mini, 10, new SpeedCase("plain", mini.Config.Window, 0, 0));
        Add(Small, mini, 3, new SpeedCase("homer", 32768, 0, 0));

        void Add(string name, TransformerModel model, int repetitions, params ReadOnlySpan<SpeedCase> cases)
        {
            var test = new SpeedTest(model, HomerOptions.Best, device.Best);
            foreach (SpeedCase one in cases)
            {
                SpeedResult result = test.Run(one, repetitions);
                table.Add($"{name}, {one.Method} {one.Name}", device, result.Times, result.Work, one.Prompt > 0 ? ceilings => ceilings.Peak : _ => result.Ceiling);
            }
        }
    }
}
