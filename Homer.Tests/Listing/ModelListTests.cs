using Homer.Engine.Listing;
using Homer.Engine.Locations;
using Homer.Tests.Support;

namespace Homer.Tests.Listing;

/// <summary>Models are found where people keep them, with the words that opening would say; nothing broken ends the list.</summary>
public sealed class ModelListTests : IDisposable
{
    private const string Commit = "aaaa";

    private readonly HubFolder hub = new();
    private readonly TemporaryFolder home = new();
    private readonly CopiedModel model = new();

    public void Dispose()
    {
        hub.Dispose();
        home.Dispose();
        model.Dispose();
    }

    [Fact]
    public void Each_model_of_the_hub_is_found_under_a_name_that_opens_it()
    {
        hub.Add("org/folder", Commit, RepositoryFiles.HomerMini).At("org/folder", Commit);
        hub.Add("org/file", Commit, "m-Q4_1.gguf", EditableGguf.Llama().ToBytes().Bytes);
        hub.Add("org/file", Commit, "mmproj-m.gguf", Projector());
        hub.Add("org/several", Commit, "a.gguf", EditableGguf.Llama().ToBytes().Bytes);
        hub.Add("org/several", Commit, "q/b.gguf", EditableGguf.Llama().ToBytes().Bytes);
        hub.Add("org/older", "bbbb", RepositoryFiles.HomerMini).Add("org/older", Commit, RepositoryFiles.HomerMini).At("org/older", "bbbb");
        FoundModel[] found = Find();
        string[] names = ["org/file", "org/file/mmproj-m.gguf", "org/folder", "org/older", "org/older@aaaa", "org/several/a.gguf"];
        Assert.Equal([.. names, "org/several/q/b.gguf"], found.Select(model => model.Name).Order(StringComparer.Ordinal));
        Assert.All(found, model => Assert.Equal(model.Path, ModelPath.Resolve(model.Name, User)));
        Assert.Equal("is a projector of images or sound into a model (mmproj)", found.Single(model => !model.Runs).Reason);
    }

    [Fact]
    public void A_model_is_described()
    {
        hub.Add("org/folder", Commit, RepositoryFiles.HomerMini);
        FoundModel found = Assert.Single(Find());
        Assert.Equal(("Llama", 512, true), (found.Family, found.Window, found.Runs));
        Assert.Equal(Directory.GetFiles(RepositoryFiles.HomerMini).Sum(file => new FileInfo(file).Length), found.SizeBytes);
        Assert.InRange(found.Parameters!.Value, 2_000_000, 3_000_000);
        Assert.Null(found.Reason);
        Assert.NotNull(found.Type);
    }

    [Fact]
    public void A_model_without_a_tokenizer_runs_on_ids()
    {
        Directory.CreateDirectory(home["models"]);
        Copy(model.Save(), home["models/m"]);
        FoundModel found = Assert.Single(Find(home["models"]));
        Assert.True(found.Runs);
        Assert.Contains("tokenizer", found.Reason, StringComparison.Ordinal);
        Assert.Equal(found.Reason, found.Reason!.Split(';')[0]);
    }

    [Theory]
    [InlineData("config.json", """{"model_type":"bert","architectures":["BertModel"]}""", "no model that writes text")]
    [InlineData("config.json", """{"model_type":"llama"}""", "config.json")]
    [InlineData("adapter_config.json", """{"base_model_name_or_path":"example/base"}""", "adapter for the model 'example/base'")]
    [InlineData("model.safetensors", "x", "has no config.json")]
    [InlineData("model.gguf", "x", "is not a GGUF file")]
    [InlineData("model-00001-of-00002.gguf", "x", "is not a GGUF file")]
    [InlineData("empty.gguf", "", "is empty")]
    public void What_does_not_run_says_why(string file, string content, string word)
    {
        Directory.CreateDirectory(home["models"]);
        File.WriteAllText(home[Path.Combine("models", file)], content);
        FoundModel found = Assert.Single(Find(home["models"]));
        Assert.False(found.Runs);
        Assert.Contains(word, found.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(home.Path, found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_downloaded_is_named()
    {
        hub.Add("org/half", Commit, model.Save());
        File.Delete(Path.Combine(hub.Snapshot("org/half", Commit), "model.safetensors"));
        hub.AddUnfinished("org/half", Commit, "model.safetensors");
        hub.At("org/none", Commit);
        hub.Add("org/bad", Commit, "config.json", "{}"u8);
        hub.At("org/bad", "../../..");
        FoundModel[] found = Find();
        Assert.Equal(["org/bad", "org/half", "org/none"], found.Select(model => model.Name));
        Assert.Contains("is not the name of a snapshot", found[0].Reason, StringComparison.Ordinal);
        Assert.Contains("'model.safetensors' was not downloaded", found[1].Reason, StringComparison.Ordinal);
        Assert.Contains("was not downloaded", found[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_are_searched_below_and_links_followed_once()
    {
        Directory.CreateDirectory(home["models/a/b"]);
        Directory.CreateDirectory(home["models/.hidden"]);
        EditableGguf.Llama().Save(home["models/a/b/m.gguf"]);
        EditableGguf.Llama().Save(home["models/.hidden/m.gguf"]);
        Directory.CreateSymbolicLink(home["models/a/round"], home["models"]);
        File.WriteAllText(home["models/config.json"], """{"port":80}""");
        using var parts = new TemporaryFolder();
        EditableGguf.Llama().SaveParts(parts, 3);
        Copy(parts.Path, home["models/parts"]);
        FoundModel[] found = Find(home["models"]);
        string first = Path.Combine(home["models/parts"], EditableGguf.PartName(0, 3));
        Assert.Equal([home["models/a/b/m.gguf"], first], found.Select(model => model.Path));
        Assert.All(found, model => Assert.True(model.Runs, model.Reason));
        Assert.Equal(Directory.GetFiles(parts.Path).Sum(file => new FileInfo(file).Length), found[1].SizeBytes);
    }

    [Fact]
    public void Another_cache_in_a_folder_is_found_by_paths()
    {
        hub.Add("org/folder", Commit, RepositoryFiles.HomerMini);
        FoundModel[] found = [.. ModelList.Find([hub.Path], new(_ => null, home.Path)).SelectMany(place => place.Models)];
        Assert.Equal(hub.Snapshot("org/folder", Commit), Assert.Single(found).Name);
        Assert.Equal("org/folder", Assert.Single(Find(hub.Path)).Name);
    }

    [Fact]
    public void A_file_and_a_model_of_the_cache_may_be_named()
    {
        EditableGguf.Llama().Save(home["m.gguf"]);
        Assert.Equal(home["m.gguf"], Assert.Single(Find(home["m.gguf"])).Name);
        Refused.With("There is no folder", () => Find(home["absent"]));
    }

    [Fact]
    public void Models_of_LM_Studio_are_found()
    {
        Directory.CreateDirectory(home[".lmstudio/models/org/name"]);
        EditableGguf.Llama().Save(home[".lmstudio/models/org/name/m.gguf"]);
        Directory.CreateDirectory(home[".cache/lm-studio/models/org/name"]);
        EditableGguf.Llama().Save(home[".cache/lm-studio/models/org/name/n.gguf"]);
        Assert.Equal(2, Find().Count(model => model.Runs));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Models_of_Ollama_are_found_by_their_names(bool isDefault)
    {
        string root = isDefault ? home[".ollama/models"] : home["other"];
        string digest = new('a', 64);
        Manifest("registry.ollama.ai/library/tiny/1b", $$"""{"layers":[{"mediaType":"x"},{{Layer(digest)}}]}""");
        Manifest("registry.ollama.ai/library/tiny/latest", $$"""{"layers":[{{Layer(digest)}}]}""");
        Manifest("hf.co/org/name/Q4", $$"""{"layers":[{{Layer(new string('b', 64))}}]}""");
        Manifest("registry.ollama.ai/library/evil/1", $$"""{"layers":[{{Layer("../../x")}}]}""");
        Manifest("registry.ollama.ai/library/broken/1", "{");
        Directory.CreateDirectory(Path.Combine(root, "blobs"));
        string blob = EditableGguf.Llama().Save(Path.Combine(root, "blobs", $"sha256-{digest}"));
        var user = new UserEnvironment(name => name == "OLLAMA_MODELS" && !isDefault ? root : null, home.Path);
        FoundModel[] found = [.. ModelList.Find([], user).SelectMany(place => place.Models)];
        Assert.Equal(["hf.co/org/name:Q4", "broken:1", "evil:1", "tiny:1b"], found.Select(model => model.Name));
        Assert.Contains("was not downloaded", found[0].Reason, StringComparison.Ordinal);
        Assert.Contains("names no GGUF file", found[2].Reason, StringComparison.Ordinal);
        Assert.True(found[3].Runs, found[3].Reason);
        Assert.Equal(blob, ModelPath.Resolve("tiny:1b", user));
        Assert.Equal(blob, ModelPath.Resolve("tiny", user));
        Refused.With("was not downloaded", () => ModelPath.Resolve("hf.co/org/name:Q4", user));
        Refused.With("is not a folder", () => ModelPath.Resolve("tiny:2b", user));

        void Manifest(string path, string content)
        {
            string file = Path.Combine(root, "manifests", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        static string Layer(string digest) =>
            $$"""{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:{{digest}}"}""";
    }

    [Fact]
    public void Nothing_is_found_where_nothing_is()
    {
        IReadOnlyList<(ModelPlace Place, FoundModel[] Models)> places = ModelList.Find([], new(_ => null, home.Path));
        Assert.All(places, place => Assert.Empty(place.Models));
        Assert.Contains(places, place => place.Place.Path == home[".cache/huggingface/hub"]);
    }

    private UserEnvironment User => new(name => name == "HF_HUB_CACHE" ? hub.Path : null, home.Path);

    private static byte[] Projector()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("general.architecture", "clip");
        return file.ToBytes().Bytes;
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    private FoundModel[] Find(params string[] folders) => [.. ModelList.Find(folders, User).SelectMany(place => place.Models)];
}
