using Homer.Engine.Locations;
using Homer.Tests.Support;

namespace Homer.Tests.Locations;

/// <summary>A model's name means what the cache of the Hugging Face hub has under it, or is refused with what to do.</summary>
public sealed class ModelPathTests : IDisposable
{
    private const string Name = "org/model";
    private const string Commit = "aaaa000000000000000000000000000000000000";
    private const string Other = "bbbb000000000000000000000000000000000000";

    private readonly HubFolder hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_name_is_the_snapshot_of_the_main_branch()
    {
        AddFolder(Commit);
        AddFolder(Other);
        hub.At(Name, Commit + "\n");
        Assert.Equal(hub.Snapshot(Name, Commit), Resolve(Name));
    }

    [Fact]
    public void A_name_may_be_without_an_organization()
    {
        hub.Add("gpt2", Commit, "config.json", "{}"u8);
        Assert.Equal(hub.Snapshot("gpt2", Commit), Resolve("gpt2"));
    }

    [Fact]
    public void Without_a_branch_the_only_snapshot_counts()
    {
        AddFolder(Commit);
        Assert.Equal(hub.Snapshot(Name, Commit), Resolve(Name));
        AddFolder(Other);
        Refused($"such as {Name}@{Commit}", Name);
    }

    [Theory]
    [InlineData(Other)]
    [InlineData("bbbb")]
    [InlineData("v1.0")]
    [InlineData("refs/pr/1")]
    public void A_revision_is_a_commit_its_first_digits_or_a_branch(string revision)
    {
        AddFolder(Commit);
        AddFolder(Other);
        hub.At(Name, Commit).At(Name, Other, "v1.0").At(Name, Other, "refs/pr/1");
        Assert.Equal(hub.Snapshot(Name, Other), Resolve($"{Name}@{revision}"));
    }

    [Theory]
    [InlineData("v2", "no snapshot of revision 'v2'")]
    [InlineData("bbb", "no snapshot of revision 'bbb'")]
    [InlineData("v2", "hf download org/model --revision v2")]
    public void An_unknown_revision_is_refused_with_those_there_are(string revision, string word)
    {
        AddFolder(Commit);
        AddFolder(Other);
        hub.At(Name, Commit);
        Refused(word, $"{Name}@{revision}");
        Refused(Other, $"{Name}@{revision}");
    }

    [Theory]
    [InlineData("../../../etc")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("/etc")]
    [InlineData("C:\\x")]
    public void A_branch_that_leads_elsewhere_is_refused(string commit)
    {
        AddFolder(Commit);
        hub.At(Name, commit);
        Refused("is not the name of a snapshot", Name);
    }

    [Fact]
    public void A_branch_whose_snapshot_is_not_there_was_not_downloaded()
    {
        AddFolder(Commit);
        hub.At(Name, Other);
        Refused($"'{Other}', which was not downloaded", Name);
        Refused($"{Name}@{Commit}", Name);
    }

    [Fact]
    public void A_repository_without_snapshots_was_not_downloaded()
    {
        hub.At(Name, Commit);
        Refused("was not downloaded", Name);
    }

    [Fact]
    public void A_branch_that_is_a_pipe_is_refused_and_not_waited_for()
    {
        Unix.Require();
        AddFolder(Commit);
        Directory.CreateDirectory(Path.Combine(hub.Repository(Name), "refs"));
        Unix.Pipe(Path.Combine(hub.Repository(Name), "refs", "main"));
        Refused("pipe", Name);
    }

    [Theory]
    [InlineData("org/model")]
    [InlineData("model")]
    [InlineData("orgg/model")]
    [InlineData("org/modle")]
    [InlineData("ORG/MODEL")]
    [InlineData("org/mode")]
    public void A_name_that_is_not_there_is_refused_with_those_near(string name)
    {
        hub.Add("org/model-1b", Commit, "config.json", "{}"u8);
        hub.Add(name == Name ? "other/model" : Name, Commit, "config.json", "{}"u8);
        Refused($"'{name}' is not a folder", name);
        Refused($"the Hugging Face cache '{hub.Path}' has no such model", name);
        Refused($"did you mean {(name == Name ? "other/model" : Name)}", name);
        Refused($"hf download {name}", name);
    }

    [Fact]
    public void Without_a_cache_the_sentence_says_so()
    {
        using var folder = new TemporaryFolder();
        Support.Refused.With("there is no Hugging Face cache", () => ModelPath.Resolve(Name, Of(folder["absent"])));
        Assert.Contains(
            "hf download org/model, or", Assert.ThrowsAny<HomerException>(() => ModelPath.Resolve(Name, Of(folder["absent"]))).Message);
    }

    [Theory]
    [InlineData("./org/model")]
    [InlineData("../model")]
    [InlineData("/absent/model")]
    [InlineData("~/model")]
    [InlineData("org\\model")]
    [InlineData("org/../model")]
    [InlineData("org/model/../../x")]
    [InlineData("model.gguf")]
    [InlineData("org/model.gguf")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("org/model:")]
    [InlineData("org/model@")]
    [InlineData("org/model@..")]
    [InlineData("org/model\n")]
    public void What_can_only_be_a_path_stays_one(string path) => Assert.Equal(path, Resolve(path));

    [Fact]
    public void A_folder_of_that_name_wins_over_the_cache()
    {
        AddFolder(Commit);
        using var folder = new TemporaryFolder();
        string path = Path.GetRelativePath(Environment.CurrentDirectory, folder.Path);
        Assert.Equal(path, Resolve(path));
        string relative = Path.GetFileName(Directory.GetDirectories(Environment.CurrentDirectory)[0]);
        hub.Add(relative, Commit, "config.json", "{}"u8);
        Assert.Equal(relative, Resolve(relative));
    }

    [Fact]
    public void The_only_GGUF_file_is_the_model()
    {
        string file = hub.Add(Name, Commit, "model.Q4_1.gguf", "GGUF"u8);
        hub.Add(Name, Commit, "config.json", "{}"u8);
        hub.Add(Name, Commit, "mmproj-model-f16.gguf", "GGUF"u8);
        Assert.Equal(file, Resolve(Name));
    }

    [Fact]
    public void Weights_in_the_folder_come_before_GGUF_files()
    {
        AddFolder(Commit);
        hub.Add(Name, Commit, "model.Q4_1.gguf", "GGUF"u8);
        Assert.Equal(hub.Snapshot(Name, Commit), Resolve(Name));
        Assert.Equal(Path.Combine(hub.Snapshot(Name, Commit), "model.Q4_1.gguf"), Resolve(Name + ":q4_1"));
    }

    [Fact]
    public void The_parts_of_a_model_are_one()
    {
        string first = hub.Add(Name, Commit, "q8/m-00001-of-00002.gguf", "GGUF"u8);
        hub.Add(Name, Commit, "q8/m-00002-of-00002.gguf", "GGUF"u8);
        Assert.Equal(first, Resolve(Name));
        File.Delete(first);
        Assert.Equal(first, Resolve(Name));
    }

    [Theory]
    [InlineData("Q4_K_M", "model-Q4_K_M.gguf")]
    [InlineData("q4_k_m", "model-Q4_K_M.gguf")]
    [InlineData("Q4_K_S", "model-Q4_K_S.gguf")]
    [InlineData("f16", "model.F16.gguf")]
    [InlineData("Q8_0", "q8/model-q8_0-00001-of-00002.gguf")]
    public void A_type_picks_among_GGUF_files(string type, string file)
    {
        AddFiles();
        Assert.Equal(Path.Combine(hub.Snapshot(Name, Commit), file), Resolve($"{Name}:{type}"));
        Assert.Equal(Path.Combine(hub.Snapshot(Name, Commit), file), Resolve($"{Name}@{Commit}:{type}"));
        Assert.Equal(Path.Combine(hub.Snapshot(Name, Commit), file), Resolve($"{Name}/{file}"));
    }

    [Theory]
    [InlineData("org/model", "such as org/model/model-Q4_K_M.gguf")]
    [InlineData("org/model", "4 GGUF files (model-Q4_K_M.gguf, model-Q4_K_S.gguf, model.F16.gguf, q8/")]
    [InlineData("org/model:Q4_K", "no GGUF file of type 'Q4_K'")]
    [InlineData("org/model:Q5_K_M", "model-Q4_K_S.gguf")]
    [InlineData("org/model/model-Q5_K_M.gguf", "no 'model-Q5_K_M.gguf'")]
    [InlineData("org/model/model-Q5_K_M.gguf", "hf download org/model")]
    public void GGUF_files_that_are_not_told_apart_are_named(string name, string word)
    {
        AddFiles();
        Refused(word, name);
    }

    private void AddFiles()
    {
        hub.At(Name, Commit);
        string[] files = ["model-Q4_K_M.gguf", "model-Q4_K_S.gguf", "model.F16.gguf", "q8/model-q8_0-00001-of-00002.gguf"];
        foreach (string file in (string[])[.. files, "q8/model-q8_0-00002-of-00002.gguf", "mmproj-model-f16.gguf"])
            hub.Add(Name, Commit, file, "GGUF"u8);
    }

    private void AddFolder(string commit)
    {
        hub.Add(Name, commit, "config.json", "{}"u8);
        hub.Add(Name, commit, "model.safetensors", "x"u8);
    }

    private string Resolve(string name) => ModelPath.Resolve(name, Of(hub.Path));

    private static UserEnvironment Of(string root) => new(name => name == "HF_HUB_CACHE" ? root : null, "/home/u");

    private void Refused(string word, string name) => Support.Refused.With(word, () => Resolve(name));
}
