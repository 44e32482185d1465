using System.Runtime.Versioning;
using Homer.Engine.Files;
using Homer.Tests.Support;

namespace Homer.Tests.Files;

[UnsupportedOSPlatform("windows")]
public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Shared = Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    private readonly TemporaryFolder folder = new TemporaryFolder().With("old", "old");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Private)]
    [InlineData(Shared)]
    [InlineData(Private | UnixFileMode.UserExecute)]
    public void The_mode_of_the_old_file_is_kept(UnixFileMode mode)
    {
        Unix.Require();
        File.SetUnixFileMode(folder["old"], mode);
        Write("old", "new");
        Assert.Equal("new", File.ReadAllText(folder["old"]));
        Assert.Equal(mode, File.GetUnixFileMode(folder["old"]));
    }

    [Fact]
    public void The_unfinished_file_is_as_private_as_the_old_one()
    {
        Unix.Require();
        File.SetUnixFileMode(folder["old"], Private);
        using var file = new AtomicFile(folder["old"]);
        string temporary = Assert.Single(Directory.GetFiles(folder.Path, ".old.*.tmp"));
        Assert.Equal(Private, File.GetUnixFileMode(temporary));
    }

    [Fact]
    public void The_owner_of_the_old_file_is_kept()
    {
        Unix.Require();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only the superuser gives files away");
        Unix.Run("chown", "65534:65533", folder["old"]);
        Write("old", "new");
        FileStatus status = FileStatus.Of(folder["old"]);
        Assert.Equal((65534u, 65533u), (status.User, status.Group));
    }

    [Theory]
    [InlineData("there/target", "old")]
    [InlineData("there/target", null)]
    public void Through_a_link_its_target_is_replaced_and_the_link_stays(string target, string? before)
    {
        Unix.Require();
        Directory.CreateDirectory(folder["there"]);
        if (before is not null)
            folder.With(target, before);
        File.CreateSymbolicLink(folder["link"], target);
        using (var file = new AtomicFile(folder["link"]))
        {
            // The temporary file is in the folder of the target, where it can be renamed.
            Assert.Single(Directory.GetFiles(folder["there"], ".target.*.tmp"));
            file.Write("new"u8);
            file.Commit();
        }

        Assert.Equal("new", File.ReadAllText(folder[target]));
        Assert.Equal(target, new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(["target"], Directory.GetFiles(folder["there"]).Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_not_finished_leaves_nothing()
    {
        using (var file = new AtomicFile(folder["old"]))
            file.Write("half"u8);
        Assert.Equal("old", File.ReadAllText(folder["old"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_pipe_gets_the_bytes_and_stays()
    {
        Unix.Require();
        string pipe = Unix.Pipe(folder["pipe"]);
        var reader = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        Write("pipe", "new");
        Assert.Equal("new", await reader);
        Assert.Equal(FileKind.Pipe, FileStatus.Of(pipe).Kind);
    }

    [Fact]
    public void A_device_stays()
    {
        Unix.Require();
        AtomicFile.Write("/dev/null", stream => stream.Write("new"u8));
        Assert.Equal(FileKind.Device, FileStatus.Of("/dev/null").Kind);
        Refused.With("the disk is full", () => AtomicFile.Write("/dev/full", stream => stream.Write("new"u8)));
    }

    [Fact]
    public void Temporary_files_of_dead_processes_are_deleted_and_no_others()
    {
        Unix.Require();
        // No process has a number this large.
        folder.With(".old.4194304.abcdefghijk.tmp", "dead").With(".old.x.tmp", "mine").With(".older.4194304.abcdefghijk.tmp", "other");
        folder.With($".old.{Environment.ProcessId}.abcdefghijk.tmp", "a process before this one had its number");
        using var unfinished = new AtomicFile(folder["old"]);
        Write("old", "new");
        string[] left = [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(4, left.Length);
        Assert.StartsWith($".old.{Environment.ProcessId}.", left[0], StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijk", left[0], StringComparison.Ordinal);
        Assert.Equal([".old.x.tmp", ".older.4194304.abcdefghijk.tmp", "old"], left[1..]);
    }

    [Fact]
    public void A_long_name_has_a_temporary_one()
    {
        string name = new('ü', 120);
        Write(name, "new");
        Assert.Equal("new", File.ReadAllText(folder[name]));
    }

    private void Write(string name, string text) =>
        AtomicFile.Write(folder[name], stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
