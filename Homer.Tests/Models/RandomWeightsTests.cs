using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

public sealed class RandomWeightsTests : DeviceTests
{
    public static TheoryData<SafetensorsType> Types => [.. RandomWeights.Types];

    [Theory, MemberData(nameof(Types))]
    public void Names_shapes_and_bytes_are_those_of_real_weights(SafetensorsType type)
    {
        foreach (string name in new[] { "random-gqa", "random-mha-tied" })
        {
            using WeightFiles real = WeightFiles.Open(GoldenCase.Model(name));
            using WeightFiles random = RandomWeights.Create(Config(name), type);
            Assert.Equal(real.Names, random.Names);
            Assert.All(real.Names, tensor => Assert.Equal(real[tensor].Tensor.Shape, random[tensor].Tensor.Shape));
            Assert.Equal(Config(name).ParameterCount * type.Size(), random.TotalBytes);
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others(SafetensorsType type)
    {
        ModelConfig config = Config("random-gqa");
        using WeightFiles one = RandomWeights.Create(config, type, 1), same = RandomWeights.Create(config, type, 1);
        using WeightFiles other = RandomWeights.Create(config, type, 2);
        Assert.All(one.Names, name => Assert.Equal(Bytes(one[name]), Bytes(same[name])));
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
        // No two tensors, and no two parts of a tensor, have the same content.
        byte[][] matrices = [.. one.Names.Where(name => one[name].Tensor.Shape.Count == 2).Select(name => Bytes(one[name])[..64])];
        Assert.Equal(matrices.Length, matrices.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Numbers_are_of_ordinary_size_and_norms_are_one()
    {
        using WeightFiles files = RandomWeights.Create(Config("random-gqa"), SafetensorsType.F32);
        float[] embedding = ((SafetensorsFile)files["model.embed_tokens.weight"].File).ReadArray<float>("model.embed_tokens.weight");
        Assert.All(embedding, value => Assert.InRange(Math.Abs(value), 1 / 128f, 1 / 32f));
        Assert.InRange(embedding.Average(), -0.005, 0.005);
        var file = (SafetensorsFile)files["model.norm.weight"].File;
        Assert.All(file.ReadArray<float>("model.norm.weight"), value => Assert.Equal(1, value));
        using WeightFiles half = RandomWeights.Create(Config("random-gqa"), SafetensorsType.F16);
        Half[] head = ((SafetensorsFile)half["lm_head.weight"].File).ReadArray<Half>("lm_head.weight");
        Assert.All(head, value => Assert.InRange(Math.Abs((float)value), 1 / 128f, 1 / 32f));
        var halves = (SafetensorsFile)half["model.norm.weight"].File;
        Assert.All(halves.ReadArray<Half>("model.norm.weight"), value => Assert.Equal((Half)1, value));
    }

    [Theory, EveryDevice]
    public void A_model_takes_what_a_real_one_takes(string name)
    {
        ComputeDevice device = Open(name);
        long before = device.Memory.InUse;
        long real;
        using (TransformerModel.Load(GoldenCase.Model("random-gqa"), device))
            real = device.Memory.InUse - before;
        using var model = TransformerModel.Random(Config("random-gqa"), SafetensorsType.F32, device);
        Assert.Equal(real, device.Memory.InUse - before);
        ModelConfig config = model.Config;
        Assert.Equal(real - (4L * (config.VocabularySize - 1) * config.HiddenSize), model.WeightsBytesPerToken);
    }

    [Theory]
    [InlineData("smollm2-135m", 134_515_008)]
    [InlineData("tinyllama-1.1b", 1_100_048_384)]
    [InlineData("llama-2-7b", 6_738_415_616)]
    public void Shapes_that_ship_have_the_published_number_of_parameters(string name, long parameters) =>
        Assert.Equal(parameters, ModelConfig.Read(Path.Combine(RepositoryFiles.Shapes, name + ".json")).ParameterCount);

    private static ModelConfig Config(string model) => ModelConfig.Read(Path.Combine(GoldenCase.Model(model), "config.json"));

    private static unsafe byte[] Bytes(WeightTensor weight) =>
        new ReadOnlySpan<byte>(weight.Pointer, (int)weight.Tensor.ByteLength).ToArray();
}
