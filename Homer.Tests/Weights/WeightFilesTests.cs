using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Weights;

public sealed unsafe class WeightFilesTests : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_single_file_is_opened()
    {
        Write("model.safetensors", ("b", 2), ("a", 1));
        using WeightFiles weights = WeightFiles.Open(folder.Path);
        Assert.Equal(["a", "b"], weights.Names);
        Assert.Equal(8, weights.TotalBytes);
        Assert.Equal(2f, *(float*)weights["b"].Pointer);
        Assert.True(weights.TryGet("a", out WeightTensor a));
        Assert.Equal(folder["model.safetensors"], a.File.Path);
        Assert.False(weights.TryGet("c", out _));
    }

    [Fact]
    public void Shards_are_opened_as_the_index_says()
    {
        Write("one.safetensors", ("a", 1), ("unused", 9));
        Write("two.safetensors", ("b", 2), ("c", 3));
        WriteIndex("""{"metadata":{"total_size":12},"weight_map":{"c":"two.safetensors","a":"one.safetensors","b":"two.safetensors"}}""");
        using WeightFiles weights = WeightFiles.Open(folder.Path);
        Assert.Equal(["a", "b", "c"], weights.Names);
        Assert.Equal(12, weights.TotalBytes);
        Assert.Equal(3f, ((SafetensorsFile)weights["c"].File).Span<float>("c")[0]);
        Assert.Same(weights["b"].File, weights["c"].File);
    }

    [Fact]
    public void A_single_file_goes_before_an_index()
    {
        Write("model.safetensors", ("a", 1));
        WriteIndex("not even JSON");
        using WeightFiles weights = WeightFiles.Open(folder.Path);
        Assert.Equal(["a"], weights.Names);
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/../../one.safetensors")]
    [InlineData("sub//one.safetensors")]
    [InlineData("..\\\\outside.safetensors")]
    [InlineData("C:outside.safetensors")]
    [InlineData("one\\u0000.safetensors")]
    public void A_shard_outside_the_folder_is_refused(string shard)
    {
        WriteIndex($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        AssertFails(IndexName, "tensor 'a'", "not the path of a file in its folder");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "Git LFS pointer")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "no weight_map")]
    [InlineData("{\"weight_map\":{},\"weight_map\":{}}", "weight_map twice")]
    [InlineData("{\"weight_map\":7}", "weight_map is not an object")]
    [InlineData("{\"weight_map\":{\"a\":7}}", "'a' in weight_map is not a string")]
    [InlineData("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "'a' is in weight_map twice")]
    [InlineData("{\"weight_map\":{\"\\ud800\":\"x\"}}", "not Unicode")]
    public void A_wrong_index_is_refused(string index, string essence)
    {
        WriteIndex(index);
        AssertFails(IndexName, essence);
    }

    [Fact]
    public void A_missing_shard_or_tensor_is_named()
    {
        WriteIndex("""{"weight_map":{"a":"one.safetensors"}}""");
        AssertFails("one.safetensors", "was not downloaded");
        Write("one.safetensors", ("b", 1));
        AssertFails("'a'", "one.safetensors", IndexName);
    }

    [Fact]
    public void Shards_may_lie_in_folders_of_the_model()
    {
        Directory.CreateDirectory(folder["weights"]);
        Write("weights/one.safetensors", ("a", 1));
        WriteIndex("""{"weight_map":{"a":"weights/one.safetensors"}}""");
        using WeightFiles weights = WeightFiles.Open(folder.Path);
        Assert.Equal(1f, ((SafetensorsFile)weights["a"].File).Span<float>("a")[0]);
    }

    /// <summary>An index that is older than its shards; a tensor that two of them hold is not guessed.</summary>
    [Fact]
    public void A_tensor_may_have_moved_to_another_shard()
    {
        Write("one.safetensors", ("a", 1));
        Write("two.safetensors", ("b", 2));
        Write("three.safetensors", ("c", 3));
        WriteIndex("""{"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"three.safetensors","two":"two.safetensors"}}""");
        AssertFails("'two'", "two.safetensors");
        WriteIndex("""{"weight_map":{"a":"two.safetensors","b":"one.safetensors","c":"three.safetensors"}}""");
        using (WeightFiles weights = WeightFiles.Open(folder.Path))
            Assert.Equal(2f, ((SafetensorsFile)weights["b"].File).Span<float>("b")[0]);
        Write("three.safetensors", ("b", 3), ("c", 3));
        AssertFails("'b'", "one.safetensors");
    }

    [Fact]
    public void A_folder_without_weights_is_refused()
    {
        AssertFails("model.safetensors", IndexName);
        File.WriteAllText(folder["file"], "");
        foreach (string path in (string[])[folder["absent"], folder["file"], ""])
            Assert.Contains(path, Assert.Throws<HomerException>(() => WeightFiles.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_weight_is_named()
    {
        Write("model.safetensors", ("a", 1));
        using WeightFiles weights = WeightFiles.Open(folder.Path);
        HomerException error = Assert.Throws<HomerException>(() => weights["model.norm.weight"]);
        Assert.Contains("'model.norm.weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fingerprint_tells_weights_apart_and_ignores_how_they_are_split()
    {
        Write("model.safetensors", ("a", 1), ("b", 2));
        string original = Fingerprint();
        Assert.Matches("^[0-9a-f]{64}$", original);
        Write("model.safetensors", ("b", 2), ("a", 1));
        Assert.Equal(original, Fingerprint());

        Write("model.safetensors", ("a", 1), ("b", 3));
        Assert.NotEqual(original, Fingerprint());
        Write("model.safetensors", ("a", 1), ("c", 2));
        Assert.NotEqual(original, Fingerprint());
        SafetensorsWriter.Write(folder["model.safetensors"], null,
            [SafetensorsPart.Create("a", [1f], 1, 1), SafetensorsPart.Create("b", [2f], 1)]);
        Assert.NotEqual(original, Fingerprint());

        File.Delete(folder["model.safetensors"]);
        Write("one", ("a", 1));
        Write("two", ("b", 2));
        WriteIndex("""{"weight_map":{"a":"one","b":"two"}}""");
        Assert.Equal(original, Fingerprint());
    }

    [Fact]
    public void The_fingerprint_sees_every_byte_of_a_tensor()
    {
        // Two blocks and a part of a third.
        const int Length = (2 << 22) + 12_345;
        HashSet<string> seen = [FingerprintWith(null)];
        foreach (int changed in new[] { 0, 4096, 10_000, (1 << 22) - 1, 1 << 22, 2 << 22, Length / 2, Length - 4097, Length - 1 })
            Assert.True(seen.Add(FingerprintWith(changed)), $"byte {changed}");

        string FingerprintWith(int? changed)
        {
            byte[] values = new byte[Length];
            if (changed is { } at)
                values[at] = 1;
            SafetensorsWriter.Write(folder["model.safetensors"], null, [SafetensorsPart.Create("a", values, values.Length)]);
            return Fingerprint();
        }
    }

    [Fact]
    public void Pointers_end_with_the_files()
    {
        Write("model.safetensors", ("a", 1));
        WeightFiles weights = WeightFiles.Open(folder.Path);
        WeightTensor a = weights["a"];
        weights.Dispose();
        weights.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (nint)a.Pointer);
    }

    [Fact]
    public void A_real_model_opens()
    {
        using WeightFiles weights = WeightFiles.Open(SharedData.Require("models/stories260K"));
        Assert.Equal(47, weights.Names.Count());
        Assert.Equal([512L, 64L], weights["model.embed_tokens.weight"].Tensor.Shape);
        Assert.Equal(weights.Fingerprint, weights.Fingerprint);
    }

    private void Write(string file, params (string Name, float Value)[] tensors) =>
        SafetensorsWriter.Write(folder[file], null, tensors.Select(tensor => SafetensorsPart.Create(tensor.Name, [tensor.Value], 1)));

    private void WriteIndex(string text) => File.WriteAllText(folder[IndexName], text);

    private string Fingerprint()
    {
        using WeightFiles weights = WeightFiles.Open(folder.Path);
        return weights.Fingerprint;
    }

    private void AssertFails(params string[] essences)
    {
        HomerException error = Assert.Throws<HomerException>(() => WeightFiles.Open(folder.Path).Dispose());
        Assert.All(essences, essence => Assert.Contains(essence, error.Message, StringComparison.Ordinal));
    }
}
