using Homer.Engine.Files;
using Homer.Tests.Support;

namespace Homer.Tests.Files;

public sealed class OutputTargetTests : IDisposable
{
    private readonly TemporaryFolder folder = new TemporaryFolder().With("old", "old");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_and_what_is_not_there_yet_are_replaced()
    {
        OutputTarget old = OutputTarget.Of(folder["old"]), none = OutputTarget.Of(folder["new"]);
        Assert.Equal((true, true, folder["old"]), (old.IsFile, old.Exists, old.Path));
        Assert.Equal((true, false, folder["new"]), (none.IsFile, none.Exists, none.Path));
        Assert.Null(old.RequireWritable());
        Assert.Null(none.RequireWritable());
        Assert.Equal(["old"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Equal("old", File.ReadAllText(folder["old"]));
    }

    [Fact]
    public void Folders_and_what_is_in_none_are_refused()
    {
        Refused.With("it is a folder", () => OutputTarget.Of(folder.Path));
        Refused.With("it is a folder", () => OutputTarget.Of(folder["new/"]));
        Refused.With("folder does not exist", () => OutputTarget.Of(folder["none/new"]));
        Refused.With("folder does not exist", () => OutputTarget.Of(folder["old/new"]));
    }

    [Fact]
    public void Links_lead_to_what_is_written()
    {
        Unix.Require();
        Directory.CreateDirectory(folder["there"]);
        Link("link", "there/target");
        Link("linked", "link");
        Link("folder", "there");
        Link("there/up", "../old");
        Link("round", "about");
        Link("about", "round");
        Link("nowhere", "none/target");
        Assert.Equal(folder["there/target"], OutputTarget.Of(folder["linked"]).Path);
        Assert.Equal(folder["there/new"], OutputTarget.Of(folder["folder/new"]).Path);
        // The operating system goes up from the folder that the link is really in.
        Assert.Equal(folder["old"], OutputTarget.Of(folder["folder/up"]).Path);
        Refused.With("circle", () => OutputTarget.Of(folder["round"]));
        Refused.With("folder does not exist", () => OutputTarget.Of(folder["nowhere"]));
    }

    [Fact]
    public void Devices_and_pipes_are_written_to_directly()
    {
        Unix.Require();
        Assert.Equal((false, false), (OutputTarget.Of("/dev/null").IsFile, OutputTarget.Of("/dev/null").HoldsData));
        Assert.False(OutputTarget.Of("/proc/self/fd/2").IsFile);
        OutputTarget pipe = OutputTarget.Of(Unix.Pipe(folder["pipe"]));
        Assert.Equal((false, true), (pipe.IsFile, pipe.HoldsData));
    }

    [Fact]
    public void Standard_output_has_three_names()
    {
        Assert.True(OutputTarget.Of(OutputTarget.StandardOutput).IsStandardOutput);
        Unix.Require();
        Assert.True(OutputTarget.Of("/proc/self/fd/1").IsStandardOutput);
        Assert.True(OutputTarget.Of("/dev/fd/1").IsStandardOutput);
    }

    [Fact]
    public void The_same_file_is_known_by_all_its_names()
    {
        Unix.Require();
        Link("link", "old");
        Unix.Run("ln", folder["old"], folder["hard"]);
        folder.With("other", "old");
        Assert.True(FileStatus.AreSame(folder["link"], folder["hard"]));
        Assert.False(FileStatus.AreSame(folder["other"], folder["old"]));
        Assert.False(FileStatus.AreSame(folder["none"], folder["none"]));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(folder[name], target);
}
