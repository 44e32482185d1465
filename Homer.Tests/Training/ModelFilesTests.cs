using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Support;
using Homer.Training.Network;
using Homer.Training.Output;

namespace Homer.Tests.Training;

/// <summary>Checks that the engine computes from a written model folder what training computed.</summary>
public sealed class ModelFilesTests : DeviceTests
{
    private const double Tolerance = 2e-4;

    [Fact]
    public void The_engine_gives_the_logits_that_training_saw()
    {
        using var lifetime = new Lifetime();
        TemporaryFolder folder = lifetime.Own(new TemporaryFolder());
        ModelFiles.WriteSettings(folder.Path);
        ModelConfig config = ModelConfig.Read(folder["config.json"]);
        var layout = new ParameterLayout(config, extraHeads: 1);
        FloatBlock parameters = lifetime.Own(new FloatBlock(layout.Length));
        ParameterInitialization.Fill(layout, parameters, seed: 2);
        // Round to 16 bits, as the file does.
        for (int i = 0; i < parameters.Length; i++)
            parameters.Span[i] = (float)(Half)parameters.Span[i];
        ModelFiles.WriteWeights(folder.Path, layout, parameters);

        PackedWeights packed = lifetime.Own(new PackedWeights(layout));
        packed.Pack(parameters, 0, 1);
        NetworkPass pass = lifetime.Own(new NetworkPass(layout, parameters, packed, 64, TinyTraining.Supervisions));
        MicroBatch batch = TinyTraining.Batch(sequences: 1, tokens: 64, layers: [.. Enumerable.Range(0, config.Layers)]);
        float[] expected = pass.Forward(batch).ToArray();

        using TransformerModel model = TransformerModel.Load(folder.Path, Open("cpu"));
        using KvContext context = KvContext.Create(model, RopeScaling.None, batch.Tokens);
        List<float> actual = [];
        context.Append(batch.Ids, observe: actual.AddRange);
        Expected.AssertAll(Expected.Within(expected, Tolerance), [.. actual], "logits");
        Assert.Equal(config.ParameterCount, layout.Tensors.Where(tensor => tensor.Name is not null).Sum(tensor => tensor.Length));
    }
}
