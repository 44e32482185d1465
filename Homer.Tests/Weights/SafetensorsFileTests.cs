using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Weights;

public sealed unsafe class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Describes_metadata_and_tensors()
    {
        string first = RawSafetensors.Tensor("a", "F32", "[2,3]", 0, 24);
        string second = RawSafetensors.Tensor("b", "BF16", "[]", 24, 26);
        using SafetensorsFile file = Open($$"""{"__metadata__":{"format":"pt"},{{first}},{{second}}}   """, 26);

        Assert.Equal(folder["x"], file.Path);
        Assert.Equal("pt", Assert.Single(file.Metadata).Value);
        Assert.Equal(2, file.Tensors.Count);
        SafetensorsTensor a = file["a"];
        Assert.Equal(("a", SafetensorsType.F32, 6L, 24L), (a.Name, a.Type, a.ElementCount, a.ByteLength));
        Assert.Equal([2L, 3L], a.Shape);
        SafetensorsTensor b = file["b"];
        Assert.Equal((SafetensorsType.BF16, 1L, a.Offset + 24), (b.Type, b.ElementCount, b.Offset));
        Assert.Empty(b.Shape);
    }

    [Fact]
    public void A_header_needs_no_metadata_and_no_tensors()
    {
        using SafetensorsFile file = Open("{}");
        Assert.Empty(file.Metadata);
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Tensors_may_be_listed_in_any_order_and_be_empty()
    {
        string a = RawSafetensors.Tensor("a", "U8", "[2]", 1, 3);
        string b = RawSafetensors.Tensor("b", "U8", "[1]", 0, 1);
        string inside = RawSafetensors.Tensor("inside", "F64", "[0,7]", 1, 1);
        string last = RawSafetensors.Tensor("last", "F64", "[9,0]", 3, 3);
        using SafetensorsFile file = Open($$"""{{{last}},{{a}},{{inside}},{{b}}}""", 3);
        Assert.Equal(2, file.Span<byte>("a").Length);
        Assert.Empty(file.ReadArray<double>("inside"));
        Assert.Empty(file.ReadArray<double>("last"));
    }

    [Fact]
    public void Elements_that_are_not_aligned_are_read()
    {
        byte[] bytes = RawSafetensors.Bytes(
            $$"""{{{RawSafetensors.Tensor("a", "U8", "[1]", 0, 1)}},{{RawSafetensors.Tensor("b", "F32", "[2]", 1, 9)}}}""");
        File.WriteAllBytes(folder["x"], [.. bytes, 7, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]);
        using SafetensorsFile file = SafetensorsFile.Open(folder["x"]);
        Assert.Equal([1.5f, -2f], file.ReadArray<float>("b"));
        Assert.Equal(-2f, ((float*)file.Pointer(file["b"]))[1]);
    }

    [Fact]
    public void A_tensor_of_more_than_2_GiB_is_reached_by_pointer_but_not_by_span()
    {
        const long Length = 3L << 30;
        Assert.SkipUnless(new DriveInfo(folder.Path).AvailableFreeSpace > 2 * Length, "needs room on the disk");
        using (FileStream stream = File.Create(folder["x"]))
        {
            stream.Write(RawSafetensors.Bytes($$"""{{{RawSafetensors.Tensor("big", "U8", $"[3,{1 << 30}]", 0, Length)}}}"""));
            stream.Position += Length - 1;
            stream.WriteByte(42);
        }

        using SafetensorsFile file = SafetensorsFile.Open(folder["x"]);
        SafetensorsTensor big = file["big"];
        Assert.Equal(Length, big.ByteLength);
        Assert.Equal(42, file.Pointer(big)[Length - 1]);
        HomerException error = Assert.Throws<HomerException>(() => file.Span<byte>("big").Length);
        Assert.Contains($"{Length} elements", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_file()
    {
        using SafetensorsFile file = Open("{}");
        HomerException error = Assert.Throws<HomerException>(() => file["lm_head.weight"]);
        Assert.Contains("'lm_head.weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder["x"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_of_another_type_is_refused()
    {
        using SafetensorsFile file = Open($$"""{{{RawSafetensors.Tensor("a", "F16", "[1]", 0, 2)}}}""", 2);
        Assert.Equal((Half)0, file.Span<Half>("a")[0]);
        HomerException error = Assert.Throws<HomerException>(() => file.ReadArray<ushort>("a"));
        Assert.Contains("has type F16 but must have type U16 or BF16", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => file.ReadArray<decimal>("a"));
    }

    [Fact]
    public void A_tensor_of_another_file_has_no_pointer_here()
    {
        File.WriteAllBytes(folder["y"], RawSafetensors.Bytes($$"""{{{RawSafetensors.Tensor("a", "U8", "[9]", 0, 9)}}}""", 9));
        using SafetensorsFile file = Open($$"""{{{RawSafetensors.Tensor("a", "U8", "[1]", 0, 1)}}}""", 1);
        using SafetensorsFile other = SafetensorsFile.Open(folder["y"]);
        Assert.Throws<ArgumentException>(() => (nint)file.Pointer(other["a"]));
    }

    [Fact]
    public void Nothing_is_read_after_dispose()
    {
        SafetensorsFile file = Open($$"""{{{RawSafetensors.Tensor("a", "U8", "[1]", 0, 1)}}}""", 1);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (nint)file.Pointer(file["a"]));
        Assert.Throws<ObjectDisposedException>(() => file.ReadArray<byte>("a"));
    }

    [Fact]
    public void Every_type_has_a_name_that_parses_back()
    {
        string[] names = ["BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "F64", "I64", "U64"];
        Assert.Equal(names.Order(), Enum.GetValues<SafetensorsType>().Select(type => type.Name()).Order());
        foreach (string name in names)
        {
            Assert.True(SafetensorsTypes.TryParse(name, out SafetensorsType type));
            Assert.Equal(name, type.Name());
            int bits = name == "BOOL" ? 8 : int.Parse(name.Split('_')[0].TrimStart('B', 'F', 'I', 'U'));
            Assert.Equal(bits, 8 * type.Size());
        }
    }

    [Theory]
    [InlineData("models/stories260K/model.safetensors", 47)]
    [InlineData("models/homer-mini/model.safetensors", 111)]
    [InlineData("golden/models/random-mha-tied/model.safetensors", 74)]
    [InlineData("golden/eight-chunks-uneven.safetensors", 50)]
    public void Real_files_open(string relative, int tensors)
    {
        using SafetensorsFile file = SafetensorsFile.Open(SharedData.Require(relative));
        Assert.Equal(tensors, file.Tensors.Count);
        Assert.NotEmpty(file.Metadata);
    }

    [Fact]
    public void A_golden_file_has_the_values_that_were_written()
    {
        using SafetensorsFile file = SafetensorsFile.Open(SharedData.Require("golden/stories260K-plain.safetensors"));
        int[] ids = file.ReadArray<int>("ids");
        ReadOnlySpan<float> logits = file.Span<float>("logits");
        Assert.Equal(301, ids.Length);
        Assert.All(ids, id => Assert.InRange(id, 0, 511));
        Assert.Equal([301L, 512L], file["logits"].Shape);
        foreach (float logit in logits) Assert.True(float.IsFinite(logit) && Math.Abs(logit) < 100);
    }

    private SafetensorsFile Open(string header, int dataBytes = 0)
    {
        File.WriteAllBytes(folder["x"], RawSafetensors.Bytes(header, dataBytes));
        return SafetensorsFile.Open(folder["x"]);
    }
}
