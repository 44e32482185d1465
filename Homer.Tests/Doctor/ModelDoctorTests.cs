using System.Text.Json.Nodes;
using Homer.Engine.Doctor;
using Homer.Tests.Support;
using Homer.Tests.Tokenizers;
using static Homer.Engine.Doctor.CheckOutcome;

namespace Homer.Tests.Doctor;

/// <summary>Each kind of fault is found by the check that is about it, and keeps no other from being made.</summary>
public sealed class ModelDoctorTests : IDisposable
{
    private const string Last = "one token";

    private readonly CheckedModel model = new();

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_sound_folder_passes_every_check()
    {
        CheckUp all = CheckedModel.Check(model.Save());
        Assert.True(all.Works, all.Summary);
        Assert.StartsWith("The model works on cpu:2", all.Summary, StringComparison.Ordinal);
        Assert.Equal(
            [
                "device", "gpu", "files", "settings", "tensors", "numbers", "tokenizer", "vocabulary", "stop tokens", "template", "memory",
                "calibration", "one token", "prefill", "decode",
            ],
            all.Results.Keys);
        all.Has("files", Ok, "complete").Has("settings", Ok, "Llama").Has("tensors", Ok).Has("numbers", Ok, "finite")
            .Has("tokenizer", Ok, "259 tokens").Has("vocabulary", Ok, "259 rows").Has("stop tokens", Ok, "258 '<e>'")
            .Has("template", Ok, "'default'").Has("memory", Ok, "are free on cpu:2").Has("one token", Ok, "4 layers");
        foreach (string speed in new[] { "prefill", "decode" })
        {
            Assert.Contains("tokens/s", all[speed].Seen, StringComparison.Ordinal);
            Assert.Contains("% of the", all[speed].Seen, StringComparison.Ordinal);
            Assert.True(all[speed].Outcome == Ok || all[speed].Advice is { Length: > 0 }, $"{all[speed]}");
        }
    }

    [Fact]
    public void A_sound_file_passes_in_one_part_or_several()
    {
        EditableGguf file = model.ToGguf();
        foreach (string path in new[] { file.Save(model.Folder["m.gguf"]), file.SaveParts(model.Folder, 3) })
        {
            CheckUp up = CheckedModel.Check(path, Last);
            Assert.True(up.Works, up.Summary);
            up.Has("tokenizer", Ok, "259 tokens").Has("stop tokens", Ok, "'<e>'").Has("template", Ok).Has(Last, Ok);
        }

        File.Delete(model.Folder[EditableGguf.PartName(2, 3)]);
        CheckedModel.Check(model.Folder[EditableGguf.PartName(0, 3)], "tokenizer")
            .Has("files", Wrong, "part 3 of the 3").Has("settings", Skipped).Has("tokenizer", Skipped);
    }

    [Fact]
    public void A_template_that_does_not_parse_hides_nothing()
    {
        model.TokenizerConfig["chat_template"] = "{% for message in messages %}\n{% if";
        CheckUp up = CheckedModel.Check(model.Save(), Last).Has("template", Wrong, "line 2, column 1").Has("tokenizer", Ok).Has(Last, Ok);
        Assert.False(up.Works);
        Assert.StartsWith("The model does not work as it is: template failed; ", up.Summary, StringComparison.Ordinal);

        EditableGguf file = model.ToGguf();
        file.Set("tokenizer.chat_template", "{% if");
        CheckedModel.Check(file.Save(model.Folder["m.gguf"]), Last).Has("template", Wrong, "line 1").Has("numbers", Ok).Has(Last, Ok);
    }

    [Fact]
    public void A_template_that_leaves_the_message_out_is_wrong()
    {
        model.TokenizerConfig["chat_template"] = "{{ raise_exception('only tools') }}";
        CheckedModel.Check(model.Save(), "template").Has("template", Wrong, "only tools");
    }

    [Fact]
    public void A_tokenizer_that_does_not_load_hides_nothing()
    {
        model.Save();
        model.Folder.With("tokenizer.json", """{"model":{"type":"Unigram"}}""");
        CheckedModel.Check(model.Folder.Path, Last)
            .Has("tokenizer", Wrong, "Unigram").Has("vocabulary", Skipped).Has("numbers", Ok).Has("template", Ok).Has(Last, Ok);
    }

    [Fact]
    public void A_tokenizer_that_loses_characters_is_warned_of()
    {
        JsonObject few = TinyTokenizerJson.Characters(" abcdefghijklmnopqrstuvwxyz");
        model.TokenizerConfig.Clear();
        model.Save();
        model.Folder.With("tokenizer.json", few.ToJsonString());
        CheckedModel.Check(model.Folder.Path, "tokenizer").Has("tokenizer", Warning, "comes back as");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite_is_named(float value)
    {
        model.Spoil = tensors => tensors.Single(tensor => tensor.Name.EndsWith("layers.2.mlp.up_proj.weight", StringComparison.Ordinal))
            .Values[17] = value;
        CheckedModel.Check(model.Save(), Last)
            .Has("numbers", Wrong, "element 17 of 'model.layers.2.mlp.up_proj.weight'").Has("tensors", Ok).Has(Last, Wrong, "not numbers");
    }

    [Fact]
    public void A_tensor_of_another_shape_is_named_and_its_numbers_are_looked_at()
    {
        model.Spoil = tensors => tensors[^1] = tensors[^1] with { Shape = [Tokens - 1, 64], Values = tensors[^1].Values[..^64] };
        CheckedModel.Check(model.Save(), Last)
            .Has("tensors", Wrong, "[258, 64]").Has("numbers", Ok).Has("memory", Skipped, "tensors").Has(Last, Skipped);
    }

    [Fact]
    public void A_tensor_that_is_missing_or_too_much_is_named()
    {
        model.Spoil = tensors => tensors.RemoveAll(tensor => tensor.Name == "model.norm.weight");
        CheckedModel.Check(model.Save(), "tensors").Has("tensors", Wrong, "'model.norm.weight'");
        model.Spoil = tensors => tensors.Add(new("model.layers.9.surplus.weight", [1], [0]));
        CheckedModel.Check(model.Save(), "tensors").Has("tensors", Wrong, "'model.layers.9.surplus.weight'");
    }

    [Fact]
    public void Files_that_are_cut_off_are_told_and_the_rest_is_checked()
    {
        Cut(model.Save() + "/model.safetensors");
        CheckUp up = CheckedModel.Check(model.Folder.Path, Last)
            .Has("files", Wrong, "model.safetensors").Has("settings", Ok).Has("tokenizer", Ok).Has("template", Ok).Has(Last, Skipped);
        Assert.False(up.Works);

        Cut(model.ToGguf().Save(model.Folder["m.gguf"]));
        CheckedModel.Check(model.Folder["m.gguf"], Last).Has("files", Wrong, "m.gguf").Has("settings", Skipped).Has(Last, Skipped);

        static void Cut(string path)
        {
            using FileStream file = File.OpenWrite(path);
            file.SetLength(file.Length / 2);
        }
    }

    [Fact]
    public void A_shard_that_is_missing_is_named()
    {
        model.Save();
        File.Delete(model.Folder["model.safetensors"]);
        model.Folder.With(
            "model.safetensors.index.json", """{"weight_map":{"model.norm.weight":"model-00001-of-00002.safetensors"}}""");
        CheckedModel.Check(model.Folder.Path, "tokenizer")
            .Has("files", Wrong, "'model-00001-of-00002.safetensors'").Has("settings", Ok).Has("tokenizer", Ok);
    }

    [Fact]
    public void Settings_that_are_broken_leave_the_numbers_to_be_checked()
    {
        model.Save();
        model.Folder.With("config.json", """{"architectures":["MambaForCausalLM"],"model_type":"mamba"}""");
        CheckedModel.Check(model.Folder.Path, Last)
            .Has("files", Ok).Has("settings", Wrong, "without attention").Has("tensors", Skipped, "settings").Has("numbers", Ok)
            .Has("tokenizer", Ok).Has("template", Ok);
    }

    [Fact]
    public void A_tokenizer_alone_is_checked_and_its_weights_are_missed()
    {
        model.Save();
        File.Delete(model.Folder["config.json"]);
        File.Delete(model.Folder["model.safetensors"]);
        CheckedModel.Check(model.Folder.Path, Last)
            .Has("files", Wrong, "no weights").Has("settings", Wrong, "config.json").Has("tokenizer", Ok).Has("template", Ok);

        EditableGguf file = model.ToGguf();
        file.Tensors.Clear();
        CheckedModel.Check(file.Save(model.Folder["v.gguf"]), Last)
            .Has("files", Wrong, "a vocabulary only, without weights").Has("settings", Skipped).Has("tokenizer", Ok, "259 tokens");
    }

    [Theory]
    [InlineData("mmproj", "projector")]
    [InlineData("adapter", "adapter")]
    [InlineData("imatrix", "importance matrix")]
    public void A_file_that_lies_beside_models_is_told(string type, string word)
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("general.type", type);
        CheckUp up = CheckedModel.Check(file.Save(model.Folder["m.gguf"])).Has("files", Wrong, word);
        Assert.Equal(["files"], up.Results.Values.Where(result => result.Outcome == Wrong).Select(result => result.Name));
    }

    [Theory]
    [InlineData("nothing", "is not a folder")]
    [InlineData("page.html", "is a file")]
    public void What_is_no_model_is_told_once(string name, string word)
    {
        model.Folder.With("page.html", "<!DOCTYPE html>");
        CheckUp up = CheckedModel.Check(model.Folder[name]).Has("files", Wrong, word);
        Assert.All(up.Results.Values.Skip(3), result => Assert.Equal(Skipped, result.Outcome));
    }

    [Fact]
    public void Ordinary_tokens_beyond_the_rows_are_wrong_and_added_ones_a_warning()
    {
        model.Config["vocab_size"] = Tokens - 1;
        model.Config["eos_token_id"] = null;
        CheckUp up = CheckedModel.Check(model.Save(), "vocabulary");
        up.Has("vocabulary", Warning, "258 '<e>' has no row");
        Assert.True(up.Works);

        model.Config["vocab_size"] = 250;
        CheckedModel.Check(model.Save(), Last)
            .Has("vocabulary", Wrong, "Token 250 ").Has("vocabulary", Wrong, "259").Has("vocabulary", Wrong, "250 rows").Has(Last, Ok);

        model.Config["vocab_size"] = Tokens + 40;
        CheckedModel.Check(model.Save(), Last).Has("vocabulary", Ok, "299 rows").Has(Last, Ok);
    }

    [Fact]
    public void Answers_that_do_not_end_are_warned_of()
    {
        model.Config["eos_token_id"] = 0;
        model.TokenizerConfig.Remove("eos_token");
        CheckedModel.Check(model.Save(), "stop tokens").Has("stop tokens", Warning, "writes 258 '<e>' after an answer");
        model.Config["eos_token_id"] = null;
        CheckedModel.Check(model.Save(), "stop tokens").Has("stop tokens", Warning, "there are none");
    }

    [Fact]
    public void Notes_of_opening_are_warnings()
    {
        model.Config["eos_token_id"] = new JsonArray(258, 999_999);
        CheckedModel.Check(model.Save(), "settings").Has("settings", Warning, "999999");
    }

    [Fact]
    public void A_calibration_table_of_another_model_is_wrong()
    {
        File.Copy(Path.Combine(RepositoryFiles.HomerMini, "homer-bias.safetensors"), model.Folder["homer-bias.safetensors"]);
        CheckedModel.Check(model.Save(), Last).Has("calibration", Wrong, "of another model").Has(Last, Ok);
    }

    [Fact]
    public void Devices_are_checked_alone_and_one_that_is_missing_is_told()
    {
        using var cpu = new ModelDoctor(null, "cpu");
        while (cpu.Next() is not null)
        {
        }

        Assert.Equal(["device", "gpu", "other devices", "speed"], cpu.Results.Select(result => result.Name));
        Assert.True(cpu.Works, cpu.Summary);
        Assert.Contains("GB/s", cpu.Results[^1].Seen, StringComparison.Ordinal);

        using var missing = new ModelDoctor(null, "opencl:99");
        Assert.Equal(Wrong, missing.Next()!.Outcome);
        Assert.False(missing.Works);
    }

    [Fact]
    public void Checks_stop_when_they_are_cancelled()
    {
        using var doctor = new ModelDoctor(model.Save(), "cpu");
        Assert.Equal(Ok, doctor.Next()!.Outcome);
        Assert.Throws<OperationCanceledException>(() => doctor.Next(cancellation: new(canceled: true)));
    }

    private const int Tokens = CheckedModel.Tokens;
}
