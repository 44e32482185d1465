using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Reading.Leaves;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>
/// Checks that numbers that are not finite end in a sentence that says where they come from, and in no token and no file.
/// </summary>
public sealed class NotFiniteTests : DeviceTests
{
    private const string Embedding = "model.embed_tokens.weight";
    private static readonly ContextInput Input = new([1, 5], [.. Enumerable.Range(10, 40)], [7, 8, 9]);

    private readonly TemporaryFolder folder = new();
    private readonly CopiedModel copy = new();

    public override void Dispose()
    {
        copy.Dispose();
        folder.Dispose();
        base.Dispose();
    }

    [Theory]
    [InlineData(Embedding, 20 * 32, float.NaN)]
    [InlineData(Embedding, 20 * 32, float.PositiveInfinity)]
    [InlineData("model.layers.0.self_attn.q_proj.weight", 3, float.NaN)]
    [InlineData("model.layers.5.self_attn.q_proj.weight", 3, float.NegativeInfinity)]
    [InlineData("model.layers.2.mlp.down_proj.weight", 17, float.NaN)]
    [InlineData("model.norm.weight", 31, float.NaN)]
    [InlineData("lm_head.weight", 33 * 32, float.NaN)]
    [InlineData("lm_head.weight", 33 * 32, float.PositiveInfinity)]
    public void A_weight_that_is_not_a_number_is_named(string name, int at, float value)
    {
        using TransformerModel model = Load(name, values => values[at] = value);
        string word = $"'{name}'";
        Refused.With(word, () => Generate(model, new PlainMethod()));
        Refused.With(word, () => Generate(model, new HomerMethod(new() { Chunk = 24, Warmup = 1 })));
        Refused.With(word, () => Generate(model, new HomerMethod(new() { Chunk = 24, Warmup = 1, RereadSuffix = true })));
        using KvContext context = new PlainMethod().Read(new(model, Input));
        Refused.With(word, () => context.ReadLogits());
    }

    [Fact]
    public void The_row_of_a_token_that_does_not_occur_does_not_matter()
    {
        using TransformerModel model = Load(Embedding, values => values[63 * 32] = float.NaN);
        using KvContext context = new PlainMethod().Read(new(model, Input));
        Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void Files_are_not_written()
    {
        using TransformerModel model = Load("model.layers.2.mlp.down_proj.weight", values => values[17] = float.NaN);
        using KvContext context = new PlainMethod().Read(new(model, Input));
        Refused.With("down_proj", () => CacheFile.Write(
            folder["cache"], context, model, RopeScaling.None, new Dictionary<string, string>()));
        Refused.With("down_proj", () => Calibrator.Measure(model, [[1, 2, 3, 4]], RopeScaling.None));
        using (LeafStore leaves = LeafStore.InFile(folder["leaves"]))
        {
            IContextMethod method = new HomerMethod(new() { Chunk = 24, FullLeaves = true }).WithLeaves(leaves);
            Refused.With("down_proj", () => method.Read(new(model, Input)));
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_overflow_names_the_layer()
    {
        using TransformerModel model = Load("model.layers.3.mlp.down_proj.weight", values => Array.Fill(values, float.MaxValue));
        Refused.With("in layer 4", () => Generate(model, new PlainMethod()));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-42f)]
    [InlineData(65504f)]
    public void Weights_of_any_finite_size_are_run(float value)
    {
        foreach (string name in copy.Weights.Keys.ToArray())
            Change(name, values => Array.Fill(values, value));
        using TransformerModel model = TransformerModel.Load(copy.Save(), Open("cpu"));
        Generate(model, new PlainMethod());
    }

    private static void Generate(TransformerModel model, IContextMethod method)
    {
        var options = new GenerationOptions { MaxTokens = 2 };
        using KvContext context = method.Read(new(model, Input) { NewTokens = 2 });
        using var generator = new Generator(model, options);
        _ = generator.Generate(context).Count();
    }

    private TransformerModel Load(string name, Action<float[]> change)
    {
        Change(name, change);
        return TransformerModel.Load(copy.Save(), Open("cpu"));
    }

    private void Change(string name, Action<float[]> change)
    {
        SafetensorsPart part = copy.Weights[name];
        using var bytes = new MemoryStream();
        part.Write(bytes);
        float[] values = [.. bytes.ToArray().Chunk(sizeof(float)).Select(value => BitConverter.ToSingle(value))];
        change(values);
        copy.Weights[name] = SafetensorsPart.Create(name, values, [.. part.Shape]);
    }
}
