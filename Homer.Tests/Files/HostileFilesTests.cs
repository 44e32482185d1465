using CsCheck;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Reading.Leaves;
using Homer.Engine.Tokenizers;
using Homer.Engine.Weights;
using Homer.Tests.Golden;
using Homer.Tests.Support;
using Homer.Tests.Weights;

namespace Homer.Tests.Files;

/// <summary>
/// The files beside a model's settings (indexes of shards, tokenizer settings, calibration tables, caches and leaves) with a fault either
/// load, or are refused in one sentence that names the file.
/// </summary>
public sealed class HostileFilesTests : DeviceTests
{
    private const string IndexName = "model.safetensors.index.json";
    private const string ConfigName = "tokenizer_config.json";

    private const string Index = """
        {"metadata":{"total_size":8},"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}}
        """;

    private const string TokenizerSettings = """
        {"add_bos_token":true,"add_eos_token":false,"bos_token":"<s>","eos_token":{"content":"</s>","lstrip":false,"special":true},
        "added_tokens_decoder":{"0":{"content":"<unk>","special":true},"1":{"content":"<s>","special":true}},
        "model_max_length":1000000000000000019884624838656,"clean_up_tokenization_spaces":false,"tokenizer_class":"LlamaTokenizer"}
        """;

    private static readonly string[] Junk =
        ["", "x", "0", "-1", "NaN", "∞", "1e999", "99999999999999999999", "yarn", "\u0000\n", new string('7', 100_000)];

    [Fact]
    public void An_index_of_shards_loads_or_is_refused()
    {
        HostileFile.Check(IndexName, Index, folder => Open(folder, WeightFiles.Open), iterations: 1500);
        HostileFile.CheckLarge(IndexName, Index, folder => Open(folder, WeightFiles.Open));

        static void Open(string folder, Func<string, WeightFiles> open)
        {
            foreach ((string file, string[] names) in new[] { ("one", new[] { "a", "b" }), ("two", ["c"]) })
            {
                string path = Path.Combine(folder, file + ".safetensors");
                if (!File.Exists(path))
                    SafetensorsWriter.Write(path, null, names.Select(name => SafetensorsPart.Create(name, new float[1], 1)));
            }

            open(folder).Dispose();
        }
    }

    [Fact]
    public void Settings_of_a_tokenizer_load_or_are_refused()
    {
        HostileFile.Check(ConfigName, TokenizerSettings, Load, iterations: 1000);
        HostileFile.CheckLarge(ConfigName, TokenizerSettings, Load);

        static void Load(string folder)
        {
            string model = Path.Combine(folder, "tokenizer.model");
            if (!File.Exists(model))
                File.Copy(Path.Combine(RepositoryFiles.HomerMini, "tokenizer.model"), model);
            TokenizerLoader.Load(folder).Encode("The pass key is #40921.");
        }
    }

    [Fact]
    public void A_calibration_table_loads_or_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder["table"];
        new CalibrationTable(2, 3, [1, 2, 3, 4, 5, 6], [1, 2]).Write(path);
        CheckHeaders(path, () => CalibrationTable.Read(path));
        CheckParts(path, () => CalibrationTable.Read(path));
    }

    [Fact]
    public void A_cache_loads_or_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder["cache"];
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using (KvContext context = new PlainMethod().Read(new(model, new([1, 5], [7, 8, 9, 10], [11]))))
            CacheFile.Write(path, context, model, RopeScaling.Create("yarn", 4, 128), new Dictionary<string, string>());
        CheckHeaders(path, () => CacheFile.Read(path, model, 2).Dispose());
        CheckParts(path, () => CacheFile.Read(path, model, 2).Dispose());
        CheckParts(path, () => CacheFile.Describe(path));
    }

    [Fact]
    public void A_file_of_leaves_loads_or_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder["leaves"];
        SafetensorsWriter.Write(
            path, new Dictionary<string, string> { ["homer_document_room"] = "12" },
            [
                SafetensorsPart.Create("leaf.0", new int[8], 8),
                SafetensorsPart.Create("keys", new byte[32], 1, 32),
                SafetensorsPart.Create("sha256", System.Security.Cryptography.SHA256.HashData(new byte[32]), 1, 32),
            ]);
        CheckHeaders(path, () => LeafStore.InFile(path).Dispose());
        CheckParts(path, () => LeafStore.InFile(path).Dispose());
    }

    /// <summary>Mutates the header of a file, or cuts or damages the whole.</summary>
    private static void CheckHeaders(string path, Action load)
    {
        byte[] valid = File.ReadAllBytes(path);
        Assert.Null(Refusal(path, load, "as it is"));
        int length = (int)BitConverter.ToInt64(valid);
        string header = System.Text.Encoding.UTF8.GetString(valid, 8, length);
        JsonMutation.Of(header).Sample(
            mutation =>
            {
                File.WriteAllBytes(path, [.. RawSafetensors.Bytes(mutation.Text), .. valid[(8 + length)..]]);
                Refusal(path, load, mutation.ToString());
            },
            iter: 400,
            threads: 1);
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Bool).Sample(
            (at, value, isCut) =>
            {
                byte[] damaged = isCut ? valid[..at] : [.. valid[..at], value, .. valid[(at + 1)..]];
                File.WriteAllBytes(path, damaged);
                Refusal(path, load, isCut ? $"cut at {at}" : $"{value} at {at}");
            },
            iter: 300,
            threads: 1);
        File.WriteAllBytes(path, valid);
    }

    /// <summary>Changes a tensor or an entry of the metadata, and seals the file anew, so that only its meaning is wrong.</summary>
    private static void CheckParts(string path, Action load)
    {
        byte[] valid = File.ReadAllBytes(path);
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                var random = new Random(seed);
                File.WriteAllBytes(path, valid);
                var file = new EditableSafetensors(path);
                string what = random.Next(2) == 0 ? ChangeMetadata(file, random) : ChangePart(file, random);
                file.Save(path);
                Refusal(path, load, what);
            },
            iter: 300,
            threads: 1);
        File.WriteAllBytes(path, valid);
    }

    private static string ChangeMetadata(EditableSafetensors file, Random random)
    {
        string[] names = [.. file.Metadata.Keys.Append("unknown")];
        string name = names[random.Next(names.Length)], value = Junk[random.Next(Junk.Length)];
        if (random.Next(4) == 0)
            file.Metadata.Remove(name);
        else
            file.Metadata[name] = value;
        return $"{name} = {value[..Math.Min(value.Length, 20)]}";
    }

    private static string ChangePart(EditableSafetensors file, Random random)
    {
        SafetensorsPart[] parts = [.. file.Parts.Values];
        SafetensorsPart part = parts[random.Next(parts.Length)];
        file.Parts.Remove(part.Name);
        if (random.Next(5) == 0)
            return $"without {part.Name}";
        SafetensorsType[] types = Enum.GetValues<SafetensorsType>();
        SafetensorsType type = random.Next(2) == 0 ? part.Type : types[random.Next(types.Length)];
        long[] shape = random.Next(2) == 0
            ? [.. part.Shape]
            : [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(6))];
        byte[] bytes = new byte[new SafetensorsPart("size", type, shape, _ => { }).ByteLength];
        // Bytes that are all ones are −1, NaN or the largest number; 0x3f makes positions of 10⁹.
        if (random.Next(3) == 0)
            random.NextBytes(bytes);
        else
            Array.Fill(bytes, new byte[] { 0, 0xff, 0x3f, 0x7f }[random.Next(4)]);
        file.Parts[part.Name] = new(part.Name, type, shape, stream => stream.Write(bytes));
        return $"{part.Name} of {type} [{string.Join(", ", shape)}] and {(bytes.Length > 0 ? bytes[0] : 0)}";
    }

    private static string? Refusal(string path, Action load, string what)
    {
        try
        {
            load();
            return null;
        }
        catch (HomerException e)
        {
            Assert.Contains(Path.GetFileName(path), e.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(e.Message, char.IsControl);
            Assert.InRange(e.Message.Length, 1, 900);
            return e.Message;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.GetType().Name} with {what}", e);
        }
    }
}
