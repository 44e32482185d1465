using System.Text;
using CsCheck;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Weights;

/// <summary>Checks that invalid files cause a <see cref="HomerException"/> that says what is wrong, and no other failure.</summary>
public sealed unsafe class SafetensorsHostileTests : IDisposable
{
    private const string A = "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", 0, "does not begin with '{'")]
    [InlineData(" {}", 0, "does not begin with '{'")]
    [InlineData("[]", 0, "does not begin with '{'")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{}x", 0, "not valid JSON")]
    [InlineData("{}{}", 0, "not valid JSON")]
    [InlineData("{}\0", 0, "not valid JSON")]
    [InlineData("{/**/}", 0, "not valid JSON")]
    [InlineData("{" + A + ",}", 4, "not valid JSON")]
    [InlineData("{\"\\ud800\":" + "1}", 0, "not Unicode")]
    [InlineData("{\"__metadata__\":{\"k\":\"\\udc00\"}}", 0, "not Unicode")]
    [InlineData("{" + A + "," + A + "}", 4, "'a' is in its header twice")]
    [InlineData("{" + A + ",\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,4]}}", 4, "'a' is in its header twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "'__metadata__' is in its header twice")]
    [InlineData("{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"}}", 0, "'k' is in __metadata__ twice")]
    [InlineData("{\"__metadata__\":null}", 0, "__metadata__ is not an object")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", 0, "'k' in __metadata__ is not a string")]
    [InlineData("{" + A + "}", 0, "'a' ends at byte 4 of the data, but the file has only 0")]
    [InlineData("{" + A + "}", 5, "1 bytes at its end")]
    [InlineData("{}", 1, "1 bytes at its end")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[3,5]}}", 5, "'b' overlaps")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "'b' overlaps")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]}}", 4, "'b' overlaps")]
    [InlineData("{" + A + ",\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}}", 8, "gap of 2 bytes before tensor 'b'")]
    [InlineData("{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}}", 8, "gap of 6 bytes before tensor 'b'")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[9,9]}}", 0, "'a' ends at byte 9")]
    public void A_wrong_header_is_refused(string header, int dataBytes, string essence) =>
        AssertRefused(RawSafetensors.Bytes(header, dataBytes), essence);

    [Theory]
    [InlineData("4", "exactly a dtype, a shape and data_offsets")]
    [InlineData("{}", "exactly a dtype, a shape and data_offsets")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4]}", "exactly")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"more\":0}", "exactly")]
    [InlineData("{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}", "exactly")]
    [InlineData("{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4]}", "exactly")]
    [InlineData("{\"dtype\":\"Q4\",\"shape\":[4],\"data_offsets\":[0,4]}", "unknown dtype 'Q4'")]
    [InlineData("{\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4]}", "unknown dtype 'f32'")]
    [InlineData("{\"dtype\":\"Q\\n\",\"shape\":[4],\"data_offsets\":[0,4]}", "unknown dtype 'Q?'")]
    [InlineData("{\"dtype\":null,\"shape\":[4],\"data_offsets\":[0,4]}", "unknown dtype")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":4,\"data_offsets\":[0,4]}", "shape")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[\"4\"],\"data_offsets\":[0,4]}", "shape")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4.0],\"data_offsets\":[0,4]}", "shape")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}", "shape")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[-2,-2],\"data_offsets\":[0,4]}", "shape")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}", "shape")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}", "more elements than can be counted")]
    [InlineData("{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,4]}", "more elements than can be counted")]
    [InlineData("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}", "needs 8 bytes for its shape and dtype, but")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0]}", "data_offsets")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4,4]}", "data_offsets")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}", "data_offsets")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[-4,0]}", "data_offsets")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,9223372036854775807]}", "ends at byte 9223372036854775807")]
    [InlineData("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,9223372036854775808]}", "data_offsets")]
    public void A_wrong_tensor_is_refused_by_name(string tensor, string essence)
    {
        string message = AssertRefused(RawSafetensors.Bytes($$"""{"the one":{{tensor}}}""", 4), essence);
        Assert.Contains("'the one'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_header_length_is_refused()
    {
        AssertRefused([1, 2, 3], "only 3 bytes");
        AssertRefused(RawSafetensors.Bytes("{}"u8.ToArray(), claimedLength: 3), "claims 3 bytes, more than the file has");
        AssertRefused(RawSafetensors.Bytes("{}"u8.ToArray(), claimedLength: 100_000_001), "more than the limit");
        AssertRefused(RawSafetensors.Bytes("{}"u8.ToArray(), claimedLength: ulong.MaxValue), "more than the limit");
        AssertRefused("version https://git-lfs.github.com/spec/v1"u8.ToArray(), "Git LFS pointer");
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused() =>
        AssertRefused(RawSafetensors.Bytes([.. "{\""u8, 0xff, .. "\":1}"u8]), "not UTF-8");

    [Fact]
    public void Deep_and_long_headers_are_refused_or_read_without_harm()
    {
        AssertRefused(RawSafetensors.Bytes("{\"a\":" + new string('[', 5_000_000)), "not valid JSON");
        string digits = new('7', 5_000_000);
        AssertRefused(RawSafetensors.Bytes($$$"""{"a":{"dtype":{{{digits}}},"shape":[],"data_offsets":[0,0]}}"""), "dtype");

        string ones = string.Join(',', Enumerable.Repeat(1, 1_000_000));
        File.WriteAllBytes(folder["x"], RawSafetensors.Bytes($$"""{{{RawSafetensors.Tensor("a", "U8", $"[{ones}]", 0, 1)}}}""", 1));
        using SafetensorsFile file = SafetensorsFile.Open(folder["x"]);
        Assert.Equal(1, file["a"].ElementCount);
    }

    [Fact]
    public void A_hostile_name_does_not_spoil_the_message()
    {
        string name = "\\u001b[31m" + new string('x', 10_000);
        string message = AssertRefused(RawSafetensors.Bytes($$"""{"{{name}}":1}"""), "exactly");
        Assert.InRange(message.Length, 0, 500 + folder.Path.Length);
        Assert.DoesNotContain('\u001b', message);
    }

    [Fact]
    public void Paths_without_a_readable_file_are_refused()
    {
        AssertFails(folder["absent"], "there is no such file");
        AssertFails(folder["absent/x"], "its folder does not exist");
        AssertFails(folder.Path, "is a folder");
        AssertFails("", "cannot be a path");
        AssertFails("a\0b", "cannot be a path");
        File.WriteAllBytes(folder["empty"], []);
        AssertFails(folder["empty"], "is empty");

        File.WriteAllBytes(folder["locked"], RawSafetensors.Bytes("{}"));
        using FileStream locked = new(folder["locked"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        AssertFails(folder["locked"], "Cannot read");
    }

    [Fact]
    public void Damaged_files_open_or_are_refused_and_nothing_else()
    {
        string header = $$"""{"__metadata__":{"k":"v"},{{A}},{{RawSafetensors.Tensor("b", "F16", "[2,1]", 4, 8)}}}""";
        byte[] valid = RawSafetensors.Bytes(header, 8);
        byte[] alphabet = Encoding.UTF8.GetBytes("{}[]\":,\\0123456789-eE.u \0\u007fé");
        Gen<byte> likely = Gen.Int[0, alphabet.Length - 1].Select(i => alphabet[i]);
        Gen<(int Position, byte Value)> replacement = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.OneOf(likely, Gen.Byte));
        Gen<byte[]> damaged = Gen.Select(replacement.Array[0, 4], Gen.Int[0, valid.Length], Gen.Bool, (changes, length, truncate) =>
        {
            byte[] bytes = [.. valid];
            foreach ((int position, byte value) in changes) bytes[position] = value;
            return truncate ? bytes[..length] : bytes;
        });

        damaged.Sample(bytes =>
        {
            string path = folder[Path.GetRandomFileName()];
            File.WriteAllBytes(path, bytes);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                foreach (SafetensorsTensor tensor in file.Tensors.Values)
                    _ = new ReadOnlySpan<byte>(file.Pointer(tensor), (int)tensor.ByteLength).ToArray();
                return true;
            }
            catch (HomerException e)
            {
                return e.Message.Contains(path, StringComparison.Ordinal);
            }
        }, iter: 3000);
    }

    private string AssertRefused(byte[] bytes, string essence)
    {
        File.WriteAllBytes(folder["x"], bytes);
        string message = AssertFails(folder["x"], essence);
        Assert.StartsWith($"'{folder["x"]}' is not a valid safetensors file: ", message, StringComparison.Ordinal);
        return message;
    }

    private static string AssertFails(string path, string essence)
    {
        HomerException error = Assert.Throws<HomerException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.Contains(essence, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
