using System.Text.Json;
using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary><c>homer convert</c> and what <c>homer info</c> says of GGUF files.</summary>
public sealed class ConvertCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_becomes_a_folder_that_continues_alike()
    {
        string file = EditableGguf.Llama().Save(folder["model.gguf"]);
        JsonElement written = HomerProcess.RunJson("convert", file, "--out", folder["model"], "--type", "bf16");
        Assert.Equal("bf16", written.GetProperty("type").GetString());
        Assert.Equal(20, written.GetProperty("tensors").GetInt32());
        Assert.False(written.GetProperty("tokenizer").GetBoolean());
        HomerProcess plain = HomerProcess.Run("convert", file, "--out", folder["plain"]);
        Assert.Equal((0, ""), (plain.ExitCode, plain.Output));
        Assert.Contains("tokenizer", plain.Error, StringComparison.Ordinal);
        folder.With("ids.json", """{"ids":[1,5,2,40,7,33]}""");
        Assert.Equal(Tokens(file), Tokens(folder["plain"]));
    }

    [Fact]
    public void Info_tells_types_and_memory()
    {
        string file = EditableGguf.Llama().Save(folder["model.gguf"]);
        JsonElement info = HomerProcess.RunJson("info", "--model", file);
        JsonElement stored = Assert.Single(info.GetProperty("storage").EnumerateArray());
        // Embedding, seven matrices and two norms of two layers, and a norm.
        long elements = (48 * 64) + (2 * ((7 * 64 * 64) + (2 * 64))) + 64;
        Assert.Equal(("F32", 20, elements * 4), (
            stored.GetProperty("type").GetString(), stored.GetProperty("tensors").GetInt32(), stored.GetProperty("bytes").GetInt64()));
        Assert.Equal(TransformerModel.WeightsBytes(file), info.GetProperty("memory").GetProperty("weights_bytes").GetInt64());
        Assert.Equal(64 * 2 * 2 * 64 * 4, info.GetProperty("memory").GetProperty("window_cache_bytes").GetInt64());
        Assert.Contains("memory", HomerProcess.Run("info", "--model", file).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        string file = EditableGguf.Llama().Save(folder["model.gguf"]);
        RefusedCommand.With(2, "the FILE itself", "convert", file, "--out", file);
        RefusedCommand.With(2, "needs the name of a folder", "convert", file, "--out", "");
        RefusedCommand.With(2, "needs the name of a folder", "convert", file, "--out", "-");
        RefusedCommand.With(1, "not empty", "convert", file, "--out", folder.Path);
        RefusedCommand.With(1, "does not exist", "convert", file, "--out", folder["a/b"]);
        RefusedCommand.With(2, "f32, f16 or bf16", "convert", file, "--out", folder["out"], "--type", "q8_0");
        RefusedCommand.With(2, "--weights", "convert", file, "--out", folder["out"], "--weights", "int8");
        RefusedCommand.With(2, "--out", "convert", file);
        RefusedCommand.With(2, "FILE", "convert", "--out", folder["out"]);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory, InlineData("TERM", 143), InlineData("INT", 130)]
    public void Nothing_stays_of_a_conversion_that_is_stopped(string signal, int exitCode)
    {
        Unix.Require();
        using var homer = new RunningHomer("convert", LargeFile(), "--out", folder["model"]);
        while (!Directory.Exists(folder["model"]) || !Directory.EnumerateFiles(folder["model"]).Any())
        {
            Assert.False(homer.HasEnded);
            Thread.Sleep(20);
        }

        homer.Send(signal);
        Assert.Equal(exitCode, homer.End().ExitCode);
        Assert.Equal([folder["large.gguf"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_full_disk_is_told_in_a_sentence()
    {
        Unix.Require();
        string large = LargeFile();
        // The shell's limit of the size of files takes the place of a disk that is full.
        string command = Path.Combine(AppContext.BaseDirectory, "homer.dll");
        Unix.Run("bash", "-c", $"""
            trap '' XFSZ; ulimit -f 2000; export DOTNET_EnableWriteXorExecute=0
            out=$(dotnet '{command}' convert '{large}' --out '{folder["model"]}' 2>&1) && exit 1
            [[ $out == "homer: Cannot write '{folder["model/model.safetensors"]}': "* && $out != *$'\n'* ]]
            """);
        Assert.Equal([large], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private string Tokens(string model) => HomerProcess.RunJson(
        "generate", "--model", model, "--ids", folder["ids.json"], "--max-tokens", "6").GetProperty("tokens").ToString();

    /// <summary>Returns a file of 2 GB, of which little is on the disk: an embedding table of zeros.</summary>
    private string LargeFile()
    {
        const ulong Rows = 8_000_000;
        EditableGguf file = EditableGguf.Llama();
        file.Tensors.RemoveAt(0);
        file.Tensors.Add(("token_embd.weight", [64, Rows], 0, []));
        string path = file.Save(folder["large.gguf"]);
        using FileStream stream = File.OpenWrite(path);
        stream.SetLength(stream.Length + (64 * (long)Rows * sizeof(float)));
        return path;
    }
}
