using Homer.Engine.Locations;
using Homer.Tests.Support;

namespace Homer.Tests.Locations;

/// <summary>The cache is where the hub's own programs have it, by the variables that they read.</summary>
public sealed class HubCacheTests
{
    [Theory]
    [InlineData("", "/home/u/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h", "/h/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/new", "/new")]
    [InlineData("HF_HUB_CACHE=/new", "/new")]
    [InlineData("HF_HUB_CACHE= HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/h", "/home/u/h/hub")]
    [InlineData("HF_HUB_CACHE=~", "/home/u")]
    [InlineData("HF_HUB_CACHE=$DATA/hub DATA=/d", "/d/hub")]
    [InlineData("HF_HUB_CACHE=${DATA}/hub DATA=/d", "/d/hub")]
    [InlineData("HF_HUB_CACHE=/a/$NONE", "/a/$NONE")]
    public void The_first_variable_that_is_set_says_where(string variables, string root)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has the paths of Unix");
        Assert.Equal(root, HubCache.Of(Environment(variables)).Root);
    }

    [Theory]
    [InlineData("models--org--name", "org/name")]
    [InlineData("models--gpt2", "gpt2")]
    [InlineData("models--org--name.with-dots_1", "org/name.with-dots_1")]
    [InlineData("datasets--org--name", null)]
    [InlineData("models--..--..", null)]
    [InlineData("models--", null)]
    [InlineData("models--a--b--c", null)]
    [InlineData("models--org--..", null)]
    public void Folders_have_the_names_of_repositories(string folder, string? name) =>
        Assert.Equal(name, HubCache.RepositoryOf(folder));

    [Fact]
    public void Names_are_those_of_models_alone()
    {
        using var hub = new HubFolder();
        foreach (string name in new[] { "models--b--x", "models--a--x", "datasets--a--x", ".locks", "models--..--x", "other" })
            Directory.CreateDirectory(hub[name]);
        Assert.Equal(["a/x", "b/x"], new HubCache(hub.Path).Names);
        Assert.Empty(new HubCache(hub["absent"]).Names);
    }

    [Theory]
    [InlineData("/c/models--org--name/snapshots/aaaa", "org/name")]
    [InlineData("/c/models--org--name/snapshots/aaaa/q4/m.gguf", "org/name/q4/m.gguf")]
    [InlineData("/c/models--org--name", null)]
    [InlineData("/c/name/snapshots/aaaa", null)]
    public void A_snapshot_is_called_as_its_repository(string path, string? name) => Assert.Equal(name, HubCache.NameOf(path));

    private static UserEnvironment Environment(string variables)
    {
        Dictionary<string, string> values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(values.GetValueOrDefault, "/home/u");
    }
}
