using CsCheck;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Weights;

public sealed unsafe class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Tensors_and_metadata_come_back()
    {
        Gen<(SafetensorsType Type, long[] Shape, byte[] Bytes)> tensor =
            from type in Gen.Enum<SafetensorsType>()
            from shape in Gen.Long[0, 5].Array[0, 4]
            from bytes in Gen.Byte.Array[(int)shape.Aggregate(1L, (product, dimension) => product * dimension) * type.Size()]
            select (type, shape, bytes);
        Gen<string> name = Gen.String.Where(text => text != "__metadata__" && !text.Any(char.IsSurrogate));
        var file = Gen.Select(Gen.Dictionary(name, tensor)[0, 6], Gen.Dictionary(name, name)[0, 3]);

        file.Sample((tensors, metadata) =>
        {
            string path = folder[Path.GetRandomFileName()];
            SafetensorsWriter.Write(path, metadata, tensors.Select(entry =>
                new SafetensorsPart(entry.Key, entry.Value.Type, entry.Value.Shape, stream => stream.Write(entry.Value.Bytes))));

            using SafetensorsFile read = SafetensorsFile.Open(path);
            Assert.Equal(metadata, read.Metadata);
            Assert.Equal(tensors.Count, read.Tensors.Count);
            foreach ((string key, (SafetensorsType type, long[] shape, byte[] bytes)) in tensors)
            {
                SafetensorsTensor found = read[key];
                Assert.Equal(type, found.Type);
                Assert.Equal(shape, found.Shape);
                Assert.Equal(bytes, new ReadOnlySpan<byte>(read.Pointer(found), (int)found.ByteLength));
            }
        }, iter: 300);
    }

    [Fact]
    public void Arrays_come_back_in_the_order_given_and_aligned()
    {
        float[] weights = [.. Enumerable.Range(0, 3_000_000).Select(i => i * 0.5f)];
        SafetensorsWriter.Write(folder["x"], null,
        [
            SafetensorsPart.Create("z", weights, 3, 1_000_000),
            SafetensorsPart.Create("scalar", [-7]),
            SafetensorsPart.Create("a", new Half[] { (Half)1.5f }, 1, 1),
            SafetensorsPart.Create("none", Array.Empty<byte>(), 0),
        ]);
        using SafetensorsFile file = SafetensorsFile.Open(folder["x"]);
        Assert.Equal(["z", "scalar", "a", "none"], file.Tensors.Values.OrderBy(tensor => tensor.Offset).Select(tensor => tensor.Name));
        Assert.Equal(0, file["z"].Offset % 64);
        Assert.Equal(weights, file.Span<float>("z"));
        Assert.Equal([-7], file.ReadArray<int>("scalar"));
        Assert.Equal(SafetensorsType.F16, file["a"].Type);
        Assert.Equal(SafetensorsType.U8, file["none"].Type);
    }

    [Fact]
    public void The_same_parts_make_the_same_file()
    {
        foreach (string name in (string[])["x", "y"])
            SafetensorsWriter.Write(folder[name], null, [SafetensorsPart.Create("b", [1f], 1), SafetensorsPart.Create("a", [2], 1)]);
        Assert.Equal(File.ReadAllBytes(folder["x"]), File.ReadAllBytes(folder["y"]));
    }

    [Fact]
    public void A_real_file_survives_being_copied()
    {
        using SafetensorsFile original = SafetensorsFile.Open(SharedData.Require("golden/two-chunks.safetensors"));
        SafetensorsWriter.Write(folder["x"], original.Metadata, original.Tensors.Values.Select(tensor =>
            new SafetensorsPart(tensor.Name, tensor.Type, tensor.Shape, stream =>
                stream.Write(new ReadOnlySpan<byte>(original.Pointer(tensor), (int)tensor.ByteLength)))));
        using SafetensorsFile copy = SafetensorsFile.Open(folder["x"]);
        Assert.Equal(original.Metadata, copy.Metadata);
        Assert.Equal(original.ReadArray<float>("logits"), copy.ReadArray<float>("logits"));
    }

    [Fact]
    public void A_failure_half_way_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(folder["x"], "old");
        SafetensorsPart[] Parts(Action<Stream> second) =>
            [SafetensorsPart.Create("a", new float[100_000], 100_000), new SafetensorsPart("b", SafetensorsType.U8, [2], second)];

        Assert.Throws<OperationCanceledException>(() => SafetensorsWriter.Write(folder["x"], null, Parts(stream =>
        {
            stream.WriteByte(1);
            throw new OperationCanceledException();
        })));
        AssertOnlyOldFile();

        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(folder["x"], null, Parts(stream => stream.WriteByte(1))));
        AssertOnlyOldFile();

        AssertFails(folder["x"], Parts(_ => throw new IOException("The cable is out.")), "The cable is out;");
        AssertOnlyOldFile();
    }

    [Fact]
    public void A_full_disk_is_named()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        SafetensorsPart part = new("a", SafetensorsType.U8, [1], _ => File.WriteAllText("/dev/full", "x"));
        AssertFails(folder["x"], [part], "the disk is full");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_older_file_is_replaced_while_it_is_mapped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace a file that is mapped");
        SafetensorsWriter.Write(folder["x"], null, [SafetensorsPart.Create("a", [1], 1)]);
        using SafetensorsFile old = SafetensorsFile.Open(folder["x"]);
        SafetensorsWriter.Write(folder["x"], null, [SafetensorsPart.Create("a", [2], 1)]);
        using SafetensorsFile renewed = SafetensorsFile.Open(folder["x"]);
        Assert.Equal([1], old.ReadArray<int>("a"));
        Assert.Equal([2], renewed.ReadArray<int>("a"));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        AssertFails(folder["absent/x"], [], "its folder does not exist");
        AssertFails(folder.Path, [], "it is a folder");
        AssertFails(Path.GetPathRoot(folder.Path)!, [], "it is a folder");
        AssertFails("", [], "cannot be a path");
        if (OperatingSystem.IsLinux()) AssertFails("/proc/x", [], "Cannot write '/proc/x'");
    }

    [Fact]
    public void Parts_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SafetensorsPart.Create("a", [1f, 2f], 3));
        Assert.Throws<ArgumentException>(() => SafetensorsPart.Create("a", [1f], -1, -1));
        Assert.Throws<ArgumentException>(() => SafetensorsPart.Create("a", [1f], long.MaxValue, long.MaxValue));
        Assert.Throws<ArgumentException>(() => SafetensorsPart.Create("__metadata__", [1f], 1));
        SafetensorsPart part = SafetensorsPart.Create("a", [1f], 1);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder["x"], null, [part, part]));
    }

    private void AssertOnlyOldFile()
    {
        Assert.Equal(folder["x"], Assert.Single(Directory.GetFileSystemEntries(folder.Path)));
        Assert.Equal("old", File.ReadAllText(folder["x"]));
    }

    private static void AssertFails(string path, SafetensorsPart[] parts, string essence)
    {
        HomerException error = Assert.Throws<HomerException>(() => SafetensorsWriter.Write(path, null, parts));
        Assert.Contains(essence, error.Message, StringComparison.Ordinal);
    }
}
