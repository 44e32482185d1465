using System.Buffers.Binary;
using System.Text;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Tests.Support;

/// <summary>The content of a GGUF file, which a test may change and write; a reader and writer of its own.</summary>
internal sealed class EditableGguf
{
    private const uint Text = 8, List = 9;

    /// <summary>The keys, with the numbers of their types and their values' bytes.</summary>
    public List<(string Name, uint Type, byte[] Value)> Keys { get; } = [];

    /// <summary>The tensors: dimensions innermost first, the number of the type, and the data.</summary>
    public List<(string Name, ulong[] Shape, uint Type, byte[] Data)> Tensors { get; } = [];

    public uint Version { get; set; } = 3;

    public int Alignment { get; set; } = 32;

    /// <summary>The offsets that the header gives instead of those at which data lie.</summary>
    public Dictionary<string, ulong> Offsets { get; } = [];

    /// <summary>Reads a valid file.</summary>
    public static EditableGguf Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        var file = new EditableGguf { Version = BitConverter.ToUInt32(bytes, 4) };
        int at = 24;
        for (ulong left = BitConverter.ToUInt64(bytes, 16); left > 0; left--)
        {
            string name = ReadText(bytes, ref at);
            uint type = BitConverter.ToUInt32(bytes, at);
            int start = at += sizeof(uint);
            Skip(bytes, type, ref at);
            file.Keys.Add((name, type, bytes[start..at]));
        }

        List<(string, ulong[], uint, ulong)> entries = [];
        for (ulong left = BitConverter.ToUInt64(bytes, 8); left > 0; left--)
        {
            string name = ReadText(bytes, ref at);
            var shape = new ulong[BitConverter.ToUInt32(bytes, at)];
            at += sizeof(uint);
            for (int d = 0; d < shape.Length; d++, at += sizeof(ulong))
                shape[d] = BitConverter.ToUInt64(bytes, at);
            entries.Add((name, shape, BitConverter.ToUInt32(bytes, at), BitConverter.ToUInt64(bytes, at + sizeof(uint))));
            at += sizeof(uint) + sizeof(ulong);
        }

        int data = (at + 31) / 32 * 32;
        foreach ((string name, ulong[] shape, uint type, ulong offset) in entries)
        {
            int start = data + (int)offset;
            file.Tensors.Add((name, shape, type, bytes[start..(start + (int)Bytes(type, shape))]));
        }

        return file;
    }

    /// <summary>Creates a small Llama of random weights: width 64 (256 for types of blocks of 256), 2 layers, 4 heads, 48 tokens.</summary>
    public static EditableGguf Llama(WeightType type = WeightType.Float32, uint typeNumber = 0)
    {
        int width = Math.Max(64, type.BlockLength()), tokens = 48;
        var random = new Random(7);
        var file = new EditableGguf();
        file.Set("general.architecture", "llama");
        file.Set("llama.block_count", 2u);
        file.Set("llama.context_length", 64u);
        file.Set("llama.embedding_length", (uint)width);
        file.Set("llama.feed_forward_length", (uint)width);
        file.Set("llama.attention.head_count", 4u);
        file.Set("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        Add("token_embd.weight", tokens);
        for (int layer = 0; layer < 2; layer++)
        {
            AddNorm($"blk.{layer}.attn_norm.weight");
            AddNorm($"blk.{layer}.ffn_norm.weight");
            foreach (string part in new[] { "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down" })
                Add($"blk.{layer}.{part}.weight", width);
        }

        AddNorm("output_norm.weight");
        return file;

        void Add(string name, int rows)
        {
            byte[] data = type.IsGgml()
                ? GgmlBlocks.Random(type, rows * width, random)
                : SmallTensor.Encode(random.Normal(rows * width, 1.0 / 8), type);
            file.Tensors.Add((name, [(ulong)width, (ulong)rows], typeNumber, data));
        }

        void AddNorm(string name) =>
            file.Tensors.Add((name, [(ulong)width], 0, [.. Enumerable.Repeat(1f, width).SelectMany(BitConverter.GetBytes)]));
    }

    public void Set(string key, string value) => Set(key, Text, TextBytes(value));

    public void Set(string key, uint value) => Set(key, 4, BitConverter.GetBytes(value));

    public void Set(string key, float value) => Set(key, 6, BitConverter.GetBytes(value));

    /// <summary>Sets a key, in its old place where it was there.</summary>
    public void Set(string key, uint type, byte[] value)
    {
        int at = Keys.FindIndex(entry => entry.Name == key);
        if (at < 0)
            Keys.Add((key, type, value));
        else
            Keys[at] = (key, type, value);
    }

    /// <summary>Sets a list of texts.</summary>
    /// <summary>Sets the first tokens, and others up to the rows of the embedding.</summary>
    public void SetTokens(params string[] first)
    {
        int rows = (int)Tensors.Single(tensor => tensor.Name == "token_embd.weight").Shape[1];
        SetTexts("tokenizer.ggml.tokens", [.. first, .. Enumerable.Range(first.Length, rows - first.Length).Select(id => $"[PAD{id}]")]);
    }

    public void SetTexts(string key, params string[] texts) =>
        Set(key, List, [.. BitConverter.GetBytes(Text), .. BitConverter.GetBytes((ulong)texts.Length), .. texts.SelectMany(TextBytes)]);

    /// <summary>
    /// Writes the model in parts, as gguf-split does: the first holds the keys alone.
    /// </summary>
    /// <returns>The path of the first.</returns>
    public string SaveParts(TemporaryFolder folder, int count, Action<EditableGguf, int>? change = null)
    {
        int each = (Tensors.Count + count - 2) / (count - 1);
        for (int part = 0; part < count; part++)
        {
            var file = new EditableGguf();
            file.Keys.AddRange(part == 0 ? Keys : []);
            file.Tensors.AddRange(part == 0 ? [] : Tensors.Skip((part - 1) * each).Take(each));
            file.Set("split.no", 2, BitConverter.GetBytes((ushort)part));
            file.Set("split.count", 2, BitConverter.GetBytes((ushort)count));
            file.Set("split.tensors.count", 5, BitConverter.GetBytes(Tensors.Count));
            change?.Invoke(file, part);
            file.Save(folder[PartName(part, count)]);
        }

        return folder[PartName(0, count)];
    }

    /// <summary>Returns the name of a part, which counts from 1.</summary>
    public static string PartName(int part, int count) => $"m-{part + 1:00000}-of-{count:00000}.gguf";

    public static byte[] TextBytes(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return [.. BitConverter.GetBytes((ulong)utf8.Length), .. utf8];
    }

    /// <summary>Returns the file, and where its data begin.</summary>
    public (byte[] Bytes, int DataStart) ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)Tensors.Count);
        writer.Write((ulong)Keys.Count);
        foreach ((string name, uint type, byte[] value) in Keys)
        {
            writer.Write(TextBytes(name));
            writer.Write(type);
            writer.Write(value);
        }

        ulong offset = 0;
        foreach ((string name, ulong[] shape, uint type, byte[] data) in Tensors)
        {
            writer.Write(TextBytes(name));
            writer.Write((uint)shape.Length);
            foreach (ulong dimension in shape)
                writer.Write(dimension);
            writer.Write(type);
            writer.Write(Offsets.GetValueOrDefault(name, offset));
            offset += (ulong)((data.Length + Alignment - 1) / Alignment * Alignment);
        }

        Pad();
        int start = (int)stream.Position;
        foreach ((_, _, _, byte[] data) in Tensors)
        {
            writer.Write(data);
            Pad();
        }

        return (stream.ToArray(), start);

        void Pad()
        {
            while (stream.Position % Alignment != 0)
                writer.Write((byte)0);
        }
    }

    public string Save(string path)
    {
        File.WriteAllBytes(path, ToBytes().Bytes);
        return path;
    }

    private static ulong Bytes(uint type, ulong[] shape)
    {
        ulong elements = shape.Aggregate(1ul, (product, dimension) => product * dimension);
        return type switch
        {
            0 => elements * 4,
            1 or 30 => elements * 2,
            _ => throw new NotSupportedException($"type {type}"),
        };
    }

    private static string ReadText(byte[] bytes, ref int at)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
        at += sizeof(ulong) + length;
        return Encoding.UTF8.GetString(bytes, at - length, length);
    }

    private static void Skip(byte[] bytes, uint type, ref int at)
    {
        if (type == Text)
        {
            ReadText(bytes, ref at);
        }
        else if (type == List)
        {
            uint element = BitConverter.ToUInt32(bytes, at);
            ulong count = BitConverter.ToUInt64(bytes, at + sizeof(uint));
            at += sizeof(uint) + sizeof(ulong);
            for (; count > 0; count--)
                Skip(bytes, element, ref at);
        }
        else
        {
            at += type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, _ => 8 };
        }
    }
}
