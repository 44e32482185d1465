using System.Diagnostics;
using Homer.Engine.Models;
using Homer.Engine.Weights.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Weights.Gguf;

/// <summary>Valid GGUF files that are changed at random: each opens or is refused in a sentence, soon and without much memory.</summary>
public sealed class GgufHostileTests : IDisposable
{
    private static readonly ulong[] Large =
        [0, 1, 7, 0xffff, 0x7fffffff, 0xffffffff, 1ul << 40, long.MaxValue, 1ul << 63, ulong.MaxValue, ulong.MaxValue - 15];

    private readonly TemporaryFolder folder = new();

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Changed_bytes_of_the_header(int seed)
    {
        (byte[] valid, int data) = WithEveryKind().ToBytes();
        var random = new Random(seed);
        for (int i = 0; i < 250; i++)
        {
            byte[] bytes = [.. valid];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(data)] = (byte)random.Next(256);
            OpensOrIsRefused(bytes);
        }
    }

    [Theory, InlineData(5), InlineData(6)]
    public void Numbers_that_are_too_large(int seed)
    {
        (byte[] valid, int data) = WithEveryKind().ToBytes();
        var random = new Random(seed);
        for (int i = 0; i < 250; i++)
        {
            byte[] bytes = [.. valid];
            BitConverter.TryWriteBytes(bytes.AsSpan(random.Next(data - sizeof(ulong))), Large[random.Next(Large.Length)]);
            OpensOrIsRefused(bytes);
        }
    }

    [Fact]
    public void Files_that_end_anywhere()
    {
        (byte[] valid, int data) = WithEveryKind().ToBytes();
        for (int length = 1; length < data; length += 7)
            OpensOrIsRefused(valid[..length]);
    }

    [Fact]
    public void Pieces_that_are_repeated_or_left_out()
    {
        (byte[] valid, int data) = WithEveryKind().ToBytes();
        var random = new Random(7);
        for (int i = 0; i < 250; i++)
        {
            int from = random.Next(data), to = random.Next(data), count = random.Next(1, 64);
            byte[] bytes = random.Next(2) == 0
                ? [.. valid[..from], .. valid[Math.Min(data, from + count)..]]
                : [.. valid[..from], .. valid[to..Math.Min(data, to + count)], .. valid[from..]];
            OpensOrIsRefused(bytes);
        }
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

    public void Dispose() => folder.Dispose();

    private static EditableGguf WithEveryKind()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("zz.u8", 0, [200]);
        file.Set("zz.i16", 3, BitConverter.GetBytes((short)-3));
        file.Set("zz.f64", 12, BitConverter.GetBytes(2.5));
        file.Set("zz.bool", 7, [1]);
        file.Set("zz.big", 10, BitConverter.GetBytes(ulong.MaxValue));
        file.Set("zz.empty", "");
        file.Set("zz.texts", 9, [.. Head(8, 3), .. EditableGguf.TextBytes("a"), .. new byte[8], .. EditableGguf.TextBytes("ü\n")]);
        file.Set("zz.flags", 9, [.. Head(7, 2), 1, 0]);
        file.Set("zz.nested", 9, [.. Head(9, 2), .. Head(0, 1), 5, .. Head(4, 0)]);
        return file;
    }

    private static byte[] Head(uint type, ulong count) => [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(count)];

    private void OpensOrIsRefused(byte[] bytes)
    {
        string path = folder["hostile.gguf"];
        File.WriteAllBytes(path, bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        try
        {
            TransformerModel.WeightsBytes(path);
        }
        catch (HomerException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 32 << 20);
    }
}
