using System.Formats.Tar;
using System.IO.Compression;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Locations;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;
using Homer.Tests.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Locations;

/// <summary>Models open from the links of a hub's cache; what was not downloaded is refused by the name of the link.</summary>
public sealed class HubModelTests : DeviceTests
{
    private const string Name = "org/model";
    private const string Commit = "aaaa";

    /// <summary>Row 58 of <c>shared/traps</c>.</summary>
    [Fact]
    public void The_recorded_cache_opens_by_name_and_refuses_what_is_not_there()
    {
        string archive = SharedData.Require("traps/hf-hub-cache/hub.tar.gz");
        using var folder = new TemporaryFolder();
        using (var unzipped = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
            TarFile.ExtractToDirectory(unzipped, folder.Path, overwriteFiles: false);
        var user = new UserEnvironment(name => name == "HF_HUB_CACHE" ? folder["hub"] : null, "/home/u");
        string path = ModelPath.Resolve("example/tiny-llama", user);
        Assert.EndsWith(new string('a', 40), path, StringComparison.Ordinal);
        using var recorded = new FamilyCase("hf-hub-cache", "traps");
        ComputeDevice device = Open("cpu");
        using (var model = TransformerModel.Load(path, device))
        {
            foreach ((int length, float[] expected) in recorded.Logits)
            {
                using KvContext context = KvContext.Create(model, model.Config.RopeScaling, length);
                var logits = new List<float>();
                context.Append(recorded.Ids.AsSpan(0, length).ToArray(), observe: logits.AddRange);
                Expected.AssertAll(Expected.Within(expected, 1e-3), [.. logits], $"logits of {length} ids");
            }
        }

        string newer = ModelPath.Resolve("example/tiny-llama@bbbb", user);
        Refused.With("model-00002-of-00003.safetensors' was not downloaded", () => TransformerModel.Load(newer, device).Dispose());
        Refused.With("only its first 1000 bytes", () => TransformerModel.Load(newer, device).Dispose());
    }

    [Fact]
    public void A_folder_of_links_answers_as_the_files_do()
    {
        using var hub = new HubFolder();
        hub.Add(Name, Commit, RepositoryFiles.HomerMini);
        string path = hub.Snapshot(Name, Commit);
        using HomerEngine linked = HomerEngine.Load(path, "cpu"), files = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        Assert.Equal(Name, linked.Name);
        Assert.Equal("homer-mini", files.Name);
        Assert.Equal(files.Template, linked.Template);
        Assert.Equal(files.Model.Fingerprint, linked.Model.Fingerprint);
        const string Text = "The pass key is #12345.";
        Assert.Equal(files.Tokenizer.Encode(Text, beginOfSequence: true), linked.Tokenizer.Encode(Text, beginOfSequence: true));
    }

    [Fact]
    public void GGUF_files_open_through_links()
    {
        using var hub = new HubFolder();
        using var folder = new TemporaryFolder();
        EditableGguf.Llama().SaveParts(folder, 3);
        foreach (string file in Directory.GetFiles(folder.Path))
            hub.Add(Name, Commit, Path.GetFileName(file), File.ReadAllBytes(file));
        string first = Path.Combine(hub.Snapshot(Name, Commit), EditableGguf.PartName(0, 3));
        ModelSource.Open(first).Dispose();
        string third = Path.Combine(hub.Snapshot(Name, Commit), EditableGguf.PartName(2, 3));
        File.Delete(File.ResolveLinkTarget(third, returnFinalTarget: true)!.FullName);
        Refused.With($"{third}' was not downloaded", () => ModelSource.Open(first).Dispose());
        File.Delete(third);
        Refused.With($"{third}' was not downloaded", () => ModelSource.Open(first).Dispose());
        File.Delete(first);
        Refused.With(first, () => ModelSource.Open(first).Dispose());
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("generation_config.json")]
    public void Files_that_were_not_downloaded_are_named(string file)
    {
        using var hub = new HubFolder();
        using var model = new CopiedModel();
        hub.Add(Name, Commit, model.Save());
        string link = Path.Combine(hub.Snapshot(Name, Commit), file);
        File.Delete(link);
        hub.AddUnfinished(Name, Commit, file, bytes: 17);
        Refused.With($"'{link}' was not downloaded", () => ModelSource.Open(hub.Snapshot(Name, Commit)).Dispose());
        Refused.With("17 bytes", () => ModelSource.Open(hub.Snapshot(Name, Commit)).Dispose());
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    public void A_tokenizer_that_was_not_downloaded_is_named(string file)
    {
        using var hub = new HubFolder();
        string link = hub.AddUnfinished(Name, Commit, file);
        Refused.With($"'{link}' was not downloaded", () => TokenizerLoader.Load(hub.Snapshot(Name, Commit)));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["config.json"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["config.json"]);
        Refused.With("config.json' was not downloaded", () => ModelSource.Open(folder.Path).Dispose());
    }
}
