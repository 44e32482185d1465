using Homer.Engine;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Folders and files in the place of a model are named, with what to do.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";

    private readonly CopiedModel model = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        model.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("adapter_config.json", """{"base_model_name_or_path":"example/base"}""", "adapter for the model 'example/base'")]
    [InlineData("model-q4.gguf", "GGUF", "model-q4.gguf'")]
    [InlineData("pytorch_model.bin", "PK", "PyTorch checkpoint ('pytorch_model.bin')")]
    [InlineData("consolidated.00.pth", "PK", "PyTorch checkpoint ('consolidated.00.pth')")]
    [InlineData("model.safetensors.incomplete", "x", "not finished")]
    [InlineData("consolidated.safetensors", "x", "another format ('consolidated.safetensors')")]
    [InlineData("decoder_model.onnx", "x", "another format ('decoder_model.onnx')")]
    [InlineData("readme.txt", "x", "has no config.json; give a model folder")]
    public void A_folder_without_a_model_is_described(string file, string content, string word)
    {
        folder.With(file, content);
        Refused.With(word, () => ModelFolder.Require(folder.Path));
    }

    [Fact]
    public void A_hub_cache_names_its_snapshot()
    {
        string snapshot = folder["snapshots/aaaa"];
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(folder["snapshots/bbbb"]);
        Directory.CreateDirectory(folder["refs"]);
        folder.With("refs/main", "aaaa");
        Refused.With($"hub; give '{snapshot}'", () => ModelFolder.Require(folder.Path));
        File.Delete(folder["refs/main"]);
        Refused.With("hub; give '", () => ModelFolder.Require(folder.Path));
    }

    [Fact]
    public void The_root_of_all_hub_caches_names_one()
    {
        Directory.CreateDirectory(folder["models--org--name"]);
        Refused.With("models--org--name", () => ModelFolder.Require(folder.Path));
    }

    [Fact]
    public void The_root_of_all_hub_caches_names_a_snapshot_that_can_be_given()
    {
        string snapshot = folder["hub/models--org--name/snapshots/aaaa"];
        Directory.CreateDirectory(snapshot);
        Refused.With($"such as '{snapshot}'", () => ModelFolder.Require(folder["hub"]));
        Refused.With($"such as '{snapshot}'", () => ModelFolder.Require(folder.Path));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.model")]
    public void A_pipe_in_the_place_of_a_file_is_not_waited_for(string file)
    {
        Unix.Require();
        foreach (string path in Directory.GetFiles(RepositoryFiles.HomerMini).Where(path => Path.GetFileName(path) != file))
            File.Copy(path, folder[Path.GetFileName(path)]);
        Unix.Pipe(folder[file]);
        Refused.With($"{file}' is a pipe", () => HomerEngine.Load(folder.Path, "cpu").Dispose());
        Refused.With("is a pipe", () => ModelFolder.Require(folder["model.safetensors"].Replace("model.safetensors", file)));
    }

    [Fact]
    public void A_folder_around_the_model_names_the_inner_one()
    {
        Directory.CreateDirectory(folder["inner"]);
        folder.With("inner/config.json", "{}");
        Refused.With("/inner'", () => ModelFolder.Require(folder.Path));
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_named()
    {
        folder.With("m.safetensors", "x").With("m.bin", [0x80, 2, 0]);
        Refused.With("is a file of weights", () => ModelFolder.Require(folder["m.safetensors"]));
        Refused.With("Python pickle", () => ModelFolder.Require(folder["m.bin"]));
        Refused.With("is not a folder", () => ModelFolder.Require(folder["absent"]));
    }

    [Theory]
    [InlineData(Pointer, "Git LFS pointer")]
    [InlineData("../../shared/models/x/model.safetensors", "path of another file")]
    [InlineData("<!doctype html>\n<html lang=en>", "web page")]
    [InlineData("GGUF\u0003\0\0\0\u0001", "GGUF")]
    [InlineData("", "is empty")]
    [InlineData("PK\u0003\u0004", "a zip archive; download the file itself")]
    [InlineData("%PDF-1.7", "a PDF; download the file itself")]
    public void Weights_that_are_something_else_are_recognized(string content, string word)
    {
        model.Save();
        File.WriteAllText(model.WeightsPath, content);
        Refused.With(word, () => WeightFiles.Open(Path.GetDirectoryName(model.WeightsPath)!).Dispose());
    }

    [Theory]
    [InlineData("pytorch_model.bin", "PyTorch checkpoint")]
    [InlineData("model.gguf", "holds GGUF files")]
    [InlineData("model.safetensors.incomplete", "not finished")]
    public void Weights_in_another_format_are_recognized(string file, string word)
    {
        string path = model.Save();
        File.Delete(model.WeightsPath);
        File.WriteAllText(Path.Combine(path, file), "x");
        Refused.With(word, () => WeightFiles.Open(path).Dispose());
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.qweight", "GPTQ")]
    [InlineData("model.layers.0.self_attn.q_proj.qzeros", "GPTQ or AWQ")]
    [InlineData("model.layers.0.mlp.up_proj.weight.absmax", "bitsandbytes")]
    [InlineData("model.layers.0.mlp.up_proj.weight_scale_inv", "FP8")]
    [InlineData("model.layers.0.mlp.up_proj.weight_packed", "compressed-tensors")]
    [InlineData("model.layers.6.input_layernorm.weight", "'model.layers.6.input_layernorm.weight'")]
    [InlineData("model.layers.0.self_attn.q_proj.bias", "'model.layers.0.self_attn.q_proj.bias'")]
    [InlineData("model.layers.0.self_attn.q_norm.weight", "'model.layers.0.self_attn.q_norm.weight'")]
    [InlineData("model.\u001b[31m\n", "'model.?[31m?'")]
    public void Weights_that_the_model_has_no_use_for_are_refused(string name, string word)
    {
        model.Weights[name] = new(name, SafetensorsType.F32, [1], stream => stream.Write(new byte[4]));
        Refused.With(word, () => TransformerModel.WeightsBytes(model.Save()));
    }

    [Theory]
    [InlineData(WeightPrecision.Stored)]
    [InlineData(WeightPrecision.Int8)]
    public void Tensors_of_odd_shapes_are_refused(WeightPrecision precision)
    {
        string scalar = "model.layers.0.self_attn.q_proj.weight";
        var whole = model.Weights[scalar];
        model.Weights[scalar] = new(scalar, SafetensorsType.F32, [], stream => stream.Write(new byte[4]));
        Refused.With(scalar, () => TransformerModel.WeightsBytes(model.Save(), precision));
        model.Weights[scalar] = new(scalar, SafetensorsType.F32, [0, 1L << 33], _ => { });
        Refused.With(scalar, () => TransformerModel.WeightsBytes(model.Save(), precision));
        model.Weights[scalar] = whole;
        model.Weights["extra"] = new("extra", SafetensorsType.F32, [], stream => stream.Write(new byte[4]));
        Refused.With("'extra'", () => TransformerModel.WeightsBytes(model.Save(), precision));
    }

    [Fact]
    public void Rotary_frequencies_are_passed_over_and_listed()
    {
        string name = "model.layers.0.self_attn.rotary_emb.inv_freq";
        model.Weights[name] = new(name, SafetensorsType.F32, [4], stream => stream.Write(new byte[16]));
        using WeightFiles files = WeightFiles.Open(model.Save());
        var stored = new StoredTensors(files, ModelConfig.Read(model.ConfigPath));
        stored.RefuseSurplus();
        Assert.Equal([name], stored.PassedOver);
    }
}
