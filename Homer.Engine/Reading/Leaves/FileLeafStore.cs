using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Homer.Engine.Files;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;

namespace Homer.Engine.Reading.Leaves;

/// <summary>
/// A store in a safetensors file: <c>leaf.{i}</c> I32 [words], written as a reading reaches them, then <c>keys</c> U8 [leaves, 32] (see
/// <c>LeafKey</c>) and <c>sha256</c> U8 [leaves, 32] of their bytes. A new file gets its name when it is complete; until then leaves come
/// from the file that was there before.
/// </summary>
internal sealed class FileLeafStore : StagedLeafStore
{
    private const string RoomName = "homer_document_room";

    private readonly string path;
    private readonly Dictionary<string, int> index = [];
    private SafetensorsFile? complete;
    private AtomicFile? growing;
    private IReadOnlyList<string> wanted = [];
    private byte[] checksums = [];
    private int grown;
    private long wordsOfLeaf;

    /// <exception cref="HomerException">There is such a file, and it holds no leaves or is broken.</exception>
    public FileLeafStore(string path)
    {
        this.path = FileTrouble.FullPath(path);
        if (!File.Exists(this.path))
            return;
        RequireFile(this.path);
        try
        {
            Open();
            string? room = complete!.Metadata.GetValueOrDefault(RoomName);
            DocumentRoom = int.TryParse(room, CultureInfo.InvariantCulture, out int parsed) ? parsed : throw NoLeaves(this.path);
            CheckAll();
        }
        catch
        {
            complete?.Dispose();
            throw;
        }
    }

    /// <summary>Returns whether a file begins like one of leaves, be it complete or not; false for one that cannot be read.</summary>
    public static bool LooksLikeLeaves(string path) => FileBeginning.Holds(path, $"\"{RoomName}\"");

    /// <inheritdoc cref="LeafStore.RequireReplaceable"/>
    public static new void RequireReplaceable(string path)
    {
        if (RequireFile(path).Exists && !LooksLikeLeaves(path))
            throw NoLeaves(path);
    }

    public override long Bytes => complete is null ? 0 : complete.Tensors.Values.Sum(tensor => tensor.ByteLength);

    internal override void Begin(ComputeDevice device, LeafSet set)
    {
        RequireMadeWith(set.Provenance);
        base.Begin(device, set);
        growing?.Dispose();
        growing = null;
        wordsOfLeaf = set.Words;
        if (set.Keys.All(IsKept))
            return;
        IReadOnlyList<string> keys = wanted = set.Keys;
        grown = 0;
        checksums = new byte[keys.Count * SHA256.HashSizeInBytes];
        IEnumerable<SafetensorsPart> parts = Enumerable.Range(0, keys.Count).Select(i => Part(NameOf(i), SafetensorsType.I32, set.Words))
            .Append(Part("keys", SafetensorsType.U8, keys.Count, SHA256.HashSizeInBytes))
            .Append(Part("sha256", SafetensorsType.U8, keys.Count, SHA256.HashSizeInBytes));
        var metadata = new Dictionary<string, string>(set.Provenance.Entries)
        {
            [RoomName] = set.DocumentRoom.ToString(CultureInfo.InvariantCulture),
        };
        using MemoryStream header = SafetensorsWriter.Header(metadata, [.. parts]);
        growing = new(path);
        growing.Do(header.WriteTo);

        static SafetensorsPart Part(string name, SafetensorsType type, params long[] shape) => new(name, type, shape, _ => { });
    }

    public override void Dispose()
    {
        base.Dispose();
        growing?.Dispose();
        complete?.Dispose();
    }

    private protected override bool TryFind(string key, out ReadOnlySpan<int> words)
    {
        bool found = IsKept(key);
        words = found ? complete!.Span<int>(NameOf(index[key])) : [];
        return found;
    }

    /// <summary>Copies a leaf of the file that is there into the one that is being written.</summary>
    private protected override void Keep(string key)
    {
        if (growing is not null && TryFind(key, out ReadOnlySpan<int> words))
            Keep(key, words);
    }

    private protected override void Keep(string key, ReadOnlySpan<int> words)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(words);
        SHA256.HashData(bytes, checksums.AsSpan(grown * SHA256.HashSizeInBytes));
        growing!.Write(bytes);
        if (++grown < wanted.Count)
            return;
        growing.Write([.. wanted.SelectMany(Convert.FromHexString)]);
        growing.Write(checksums);
        Replace();
    }

    /// <summary>
    /// Gives the new file its name. The old one is closed before that, as Windows asks for, so nobody may still hold a span into it; where
    /// the new one cannot take its name, the old one goes on.
    /// </summary>
    private void Replace()
    {
        complete?.Dispose();
        complete = null;
        index.Clear();
        try
        {
            growing!.Commit();
        }
        finally
        {
            growing!.Dispose();
            growing = null;
            if (File.Exists(path))
                Open();
        }
    }

    private void RequireMadeWith(Provenance provenance)
    {
        if (complete is null)
            return;
        if (!provenance.IsIn(complete.Metadata))
        {
            throw new HomerException(
                $"'{path}' does not say which model made its leaves, as files of older versions; delete it, and it is made anew.");
        }

        if (provenance.Difference(complete.Metadata) is { } difference)
        {
            throw new HomerException(
                $"'{path}' is of another model or setting: its leaves were made with {difference}; "
                + "give the name of a new file, or delete this one.");
        }
    }

    private bool IsKept(string key) =>
        complete is not null && index.TryGetValue(key, out int leaf) && complete[NameOf(leaf)].ElementCount == wordsOfLeaf;

    private static string NameOf(int leaf) => $"leaf.{leaf}";

    private void Open()
    {
        complete = SafetensorsFile.Open(path);
        index.Clear();
        if (!complete.Tensors.ContainsKey("keys"))
            return;
        byte[][] keys = [.. complete.ReadArray<byte>("keys").Chunk(SHA256.HashSizeInBytes)];
        for (int leaf = 0; leaf < keys.Length; leaf++)
            index[Convert.ToHexStringLower(keys[leaf])] = leaf;
    }

    private static OutputTarget RequireFile(string path) => OutputTarget.Of(path) is { IsFile: true } target
        ? target
        : throw new HomerException($"'{path}' is a device or a pipe, which keeps nothing; give the name of a file.");

    private static HomerException NoLeaves(string path) =>
        new($"'{path}' holds no leaves to use again and will not be replaced; give the name of a new file.");

    private byte[] HashOf(int leaf) => SHA256.HashData(MemoryMarshal.AsBytes(complete!.Span<int>(NameOf(leaf))));

    /// <summary>Refuses a file that was altered since it was written.</summary>
    private void CheckAll()
    {
        byte[][] expected = [.. complete!.ReadArray<byte>("sha256").Chunk(SHA256.HashSizeInBytes)];
        bool intact = expected.Length == complete.Tensors.Count - 2
            && index.Values.All(leaf => leaf < expected.Length && HashOf(leaf).AsSpan().SequenceEqual(expected[leaf]));
        if (!intact)
            throw new HomerException($"'{path}' was altered since it was written; delete it, and it is made anew.");
    }
}
