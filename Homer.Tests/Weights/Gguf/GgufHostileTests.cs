using System.Diagnostics;
using CsCheck;
using Homer.Engine.Models;
using Homer.Engine.Weights.Gguf;
using Homer.Tests.Models.Families;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Weights.Gguf;

/// <summary>
/// Valid GGUF files that are changed at random: each is read as a model or refused in a sentence, soon and without much memory. CsCheck
/// prints the seed of a failure; <c>CsCheck_Seed</c> repeats it.
/// </summary>
public sealed class GgufHostileTests : DeviceTests
{
    // The sizes of the file that opening may allocate, and a fixed part for messages and lists of names.
    private const int MostSizes = 16;
    private const int MostFixed = 2 << 20;

    private static readonly ulong[] Large =
    [
        0, 1, 2, 7, 31, 255, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 1ul << 40, long.MaxValue / 4, long.MaxValue, 1ul << 63,
        ulong.MaxValue, ulong.MaxValue - 15,
    ];

    // Models with all kinds of keys: windows, patterns, scalings, caps, multipliers, and metadata that no model needs.
    private static readonly Lazy<EditableGguf[]> Models = new(() =>
        [WithEveryKind(), .. SmallModel.Families.Select(family => Of(SmallModel.Config(family)))]);

    private readonly TemporaryFolder folder = new();

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public void Changed_bytes_of_the_header() => Check(
        from model in AnyModel
        from changes in Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 4]
        select Changed(model, (bytes, data) =>
        {
            foreach ((double at, byte value) in changes)
                bytes[(int)(at * data)] = value;
            return bytes;
        }));

    [Fact]
    public void Numbers_that_are_too_large() => Check(
        from model in AnyModel
        from changes in Gen.Select(Gen.Double[0, 1], AnyNumber, Gen.Bool).Array[1, 2]
        select Changed(model, (bytes, data) =>
        {
            foreach ((double at, ulong number, bool isShort) in changes)
            {
                Span<byte> place = bytes.AsSpan((int)(at * (data - sizeof(ulong))));
                _ = isShort ? BitConverter.TryWriteBytes(place, (uint)number) : BitConverter.TryWriteBytes(place, number);
            }

            return bytes;
        }));

    [Fact]
    public void Files_that_end_anywhere() => Check(
        from model in AnyModel
        from length in Gen.Double[0, 1]
        from isInHeader in Gen.Bool
        select Changed(model, (bytes, data) => bytes[..(int)(length * (isInHeader ? data : bytes.Length))]));

    [Fact]
    public void Pieces_that_are_repeated_or_left_out() => Check(
        from model in AnyModel
        from places in Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[1, 64], Gen.Bool)
        select Changed(model, (bytes, data) =>
        {
            (double first, double second, int count, bool isLeftOut) = places;
            int at = (int)(first * data), piece = (int)(second * data);
            return isLeftOut
                ? [.. bytes[..at], .. bytes[Math.Min(data, at + count)..]]
                : [.. bytes[..at], .. bytes[piece..Math.Min(data, piece + count)], .. bytes[at..]];
        }));

    /// <summary>The settings of one model, one of them with another value or type.</summary>
    [Fact]
    public void Keys_with_other_values() => Check(
        from model in AnyModel
        from key in Gen.Double[0, 1]
        from type in Gen.UInt[0, 13]
        from value in Gen.OneOf(
            AnyNumber.Select(BitConverter.GetBytes), Gen.Byte.Array[8], Gen.Float.Select(BitConverter.GetBytes),
            Gen.Double.Select(BitConverter.GetBytes), Gen.Select(Gen.UInt[0, 13], AnyNumber, Gen.Byte.Array[0, 24], List))
        select Edited(model, file =>
        {
            int at = (int)(key * (file.Keys.Count - 1));
            file.Keys[at] = (file.Keys[at].Name, type, value);
        }));

    [Fact]
    public void Tensors_with_other_descriptions() => Check(
        from model in AnyModel
        from places in Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1])
        from change in Gen.Int[0, 6]
        from number in AnyNumber
        select Edited(model, file => Change(file.Tensors, places, change, number, file.Offsets)));

    /// <summary>Data that are no numbers are refused once they are computed with, and change nothing else.</summary>
    [Fact]
    public void Changed_bytes_of_the_data() => Check(
        from model in AnyModel
        from places in Gen.Double[0, 1].Array[1, 8]
        from value in Gen.Byte
        select Changed(model, (bytes, data) =>
        {
            foreach (double at in places)
                bytes[data + (int)(at * (bytes.Length - data - 1))] = value;
            return bytes;
        }));

    [Theory]
    [InlineData(8, ulong.MaxValue, "tensors")]
    [InlineData(8, 1ul << 63, "tensors")]
    [InlineData(8, 99_999ul, "tensors")]
    [InlineData(16, ulong.MaxValue, "keys")]
    [InlineData(16, 1ul << 63, "keys")]
    [InlineData(16, 99_999ul, "keys")]
    [InlineData(24, 1ul << 63, "the name of a key claims 9223372036854775808 bytes")]
    [InlineData(24, ulong.MaxValue, "the name of a key")]
    public void Counts_that_no_file_could_hold(int at, ulong number, string word)
    {
        byte[] bytes = EditableGguf.Llama().ToBytes().Bytes;
        BitConverter.TryWriteBytes(bytes.AsSpan(at), number);
        Assert.Contains(word, Reads(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8u, 1ul << 63)]
    [InlineData(8u, ulong.MaxValue)]
    [InlineData(9u, ulong.MaxValue)]
    [InlineData(9u, 1ul << 62)]
    public void Values_of_exbibytes(uint type, ulong length)
    {
        EditableGguf file = EditableGguf.Llama();
        if (type == 8)
            file.Set("zz.value", 8, BitConverter.GetBytes(length));
        else
            file.Set("zz.value", 9, List(0, length, []));
        Assert.Contains("'zz.value'", Reads(file.ToBytes().Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_in_lists()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("zz.wide", 9, List(9, 20_000, [.. Enumerable.Repeat(List(9, 0, []), 20_000).SelectMany(list => list)]));
        Assert.Equal("", Reads(file.ToBytes().Bytes));
        file.Set("zz.deep", 9, [.. Enumerable.Repeat(List(9, 1, []), 100_000).SelectMany(list => list), .. List(0, 0, [])]);
        Assert.Contains("'zz.deep'", Reads(file.ToBytes().Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_what_was_written()
    {
        string path = WithEveryKind().Save(folder["model.gguf"]);
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(200, file.Keys.Integer("zz.u8"));
        Assert.Equal(-3, file.Keys.Integer("zz.i16"));
        Assert.Equal(2.5, file.Keys.Number("zz.f64"));
        Assert.True(file.Keys.Flag("zz.bool"));
        Assert.Equal("", file.Keys.Text("zz.empty"));
        Assert.Equal(["a", "", "ü\n"], file.Keys.Texts("zz.texts"));
        Assert.Equal([1, 0], file.Keys.Integers("zz.flags"));
        Assert.Null(file.Keys.Text("zz.none"));
        Refused.With("zz.big", () => file.Keys.Integer("zz.big"));
        Refused.With("zz.u8", () => file.Keys.Text("zz.u8"));
    }

    private static Gen<ulong> AnyNumber => Gen.Int[0, Large.Length - 1].Select(i => Large[i]);

    private static Gen<EditableGguf> AnyModel => Gen.Int[0, Models.Value.Length - 1].Select(i => Models.Value[i]);

    private static EditableGguf Of(System.Text.Json.Nodes.JsonObject config) => GgufConversion.Of(config, SmallModel.Tensors(config));

    private static EditableGguf WithEveryKind()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("zz.u8", 0, [200]);
        file.Set("zz.i16", 3, BitConverter.GetBytes((short)-3));
        file.Set("zz.f64", 12, BitConverter.GetBytes(2.5));
        file.Set("zz.bool", 7, [1]);
        file.Set("zz.big", 10, BitConverter.GetBytes(ulong.MaxValue));
        file.Set("zz.empty", "");
        file.SetTexts("zz.texts", "a", "", "ü\n");
        file.Set("zz.flags", 9, List(7, 2, [1, 0]));
        file.Set("zz.nested", 9, List(9, 2, [.. List(0, 1, [5]), .. List(4, 0, [])]));
        file.Set("tokenizer.ggml.eos_token_id", 2u);
        return file;
    }

    private static byte[] List(uint type, ulong count, byte[] elements) =>
        [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(count), .. elements];

    private static byte[] Changed(EditableGguf model, Func<byte[], int, byte[]> change)
    {
        (byte[] bytes, int data) = model.ToBytes();
        return change(bytes, data);
    }

    private static byte[] Edited(EditableGguf model, Action<EditableGguf> edit)
    {
        var file = new EditableGguf();
        file.Keys.AddRange(model.Keys);
        file.Tensors.AddRange(model.Tensors);
        edit(file);
        return file.ToBytes().Bytes;
    }

    private static void Change(
        List<(string Name, ulong[] Shape, uint Type, byte[] Data)> tensors, (double, double) places, int change, ulong number,
        Dictionary<string, ulong> offsets)
    {
        int at = (int)(places.Item1 * (tensors.Count - 1)), other = (int)(places.Item2 * (tensors.Count - 1));
        (string Name, ulong[] Shape, uint Type, byte[] Data) tensor = tensors[at];
        switch (change)
        {
            case 0:
                tensors.RemoveAt(at);
                break;
            case 1:
                tensors[at] = tensor with { Name = tensors[other].Name };
                break;
            case 2:
                tensors.Add(tensor with { Name = $"blk.{number}.{tensor.Name}" });
                break;
            case 3:
                tensors[at] = tensor with { Type = (uint)number };
                break;
            case 4:
                ulong[] shape = [.. tensor.Shape];
                shape[other % shape.Length] = number;
                tensors[at] = tensor with { Shape = shape };
                break;
            case 5:
                tensors[at] = tensor with { Shape = [.. tensor.Shape.Reverse()] };
                break;
            default:
                offsets[tensor.Name] = number;
                break;
        }
    }

    private void Check(Gen<byte[]> files) => files.Sample(bytes => Reads(bytes), iter: 400, threads: 1);

    /// <summary>Opens a model and reads three tokens.</summary>
    /// <returns>The sentence in which it is refused; empty where it is read.</returns>
    private string Reads(byte[] bytes)
    {
        string path = folder["hostile.gguf"];
        File.WriteAllBytes(path, bytes);
        long limit = ((long)MostSizes * bytes.Length) + MostFixed, allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        string refusal = "";
        try
        {
            TransformerModel.WeightsBytes(path);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, limit);
            using var model = TransformerModel.Load(path, TestDevices.Open("cpu"));
            GgufCase.Prefill(model, [0, 0, 0]);
        }
        catch (HomerException e)
        {
            refusal = e.Message;
            Assert.DoesNotContain('\n', refusal);
            Assert.EndsWith(".", refusal, StringComparison.Ordinal);
            Assert.InRange(refusal.Length, 10, 1000);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 4 * limit);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        return refusal;
    }
}
