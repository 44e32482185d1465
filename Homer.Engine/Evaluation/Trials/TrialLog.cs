using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Homer.Engine.Weights;

namespace Homer.Engine.Evaluation.Trials;

/// <summary>
/// Trials as they are measured, kept in a file so that an interrupted run goes on where it was: JSON lines, first the settings, then a trial
/// each, written through at once. A last line that was cut off is dropped when the file is opened again.
/// </summary>
public sealed class TrialLog : IDisposable
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
    };

    private readonly Dictionary<TrialKey, Trial> trials = [];
    private readonly FileStream? stream;
    private readonly string? path;

    private TrialLog(IReadOnlyDictionary<string, string> settings, FileStream? stream, string? path)
    {
        Settings = settings;
        this.stream = stream;
        this.path = path;
    }

    /// <summary>What all trials have in common.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Every trial, each once, in the order in which they were measured.</summary>
    public IReadOnlyCollection<Trial> Trials => trials.Values;

    /// <summary>A log that is forgotten in the end.</summary>
    public static TrialLog InMemory(IReadOnlyDictionary<string, string> settings) => new(settings, null, null);

    /// <summary>Opens a file to go on with it, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What all its trials have in common.</param>
    /// <exception cref="HomerException">The file cannot be opened, is not a log, or holds trials with other settings.</exception>
    public static TrialLog Open(string path, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        path = FileTrouble.FullPath(path);
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var log = new TrialLog(settings, stream, path);
            log.Resume();
            return log;
        }
        catch (Exception e)
        {
            stream?.Dispose();
            if (FileTrouble.Is(e))
                throw FileTrouble.CannotWrite(path, e);
            throw;
        }
    }

    /// <summary>Whether a trial has been measured.</summary>
    public bool Contains(TrialKey key) => trials.ContainsKey(key);

    /// <summary>Keeps a trial.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public void Append(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        trials.Add(trial.Key, trial);
        WriteLine(trial);
    }

    /// <inheritdoc/>
    public void Dispose() => stream?.Dispose();

    private void Resume()
    {
        byte[] bytes = new byte[stream!.Length];
        stream.ReadExactly(bytes);
        int end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        // What a cut-off line leaves may be anything, a file that is no log may not be touched.
        string[] lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n')[..^1];
        for (int i = 0; i < lines.Length; i++)
        {
            if (i == 0)
                RequireSameSettings(Read<Header>(lines[i], 1).Settings);
            else if (Read<Trial>(lines[i], i + 1) is { IsSound: true } trial)
                trials.TryAdd(trial.Key, trial);
            else
                throw Broken(i + 1);
        }

        if (end == 0 && bytes.Length > 0 && bytes[0] != (byte)'{')
            throw Broken(1);
        stream.SetLength(end);
        stream.Position = end;
        if (end == 0)
            WriteLine(new Header(Settings.ToDictionary()));
    }

    private T Read<T>(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format) ?? throw Broken(number);
        }
        catch (JsonException)
        {
            throw Broken(number);
        }
    }

    private HomerException Broken(int line) => new($"{path}, line {line}, is not a line of measured trials; give --out a new file, or delete the line.");

    private void RequireSameSettings(Dictionary<string, string>? recorded)
    {
        if (recorded is null)
            throw Broken(1);
        foreach (string name in Settings.Keys.Union(recorded.Keys).Order(StringComparer.Ordinal))
        {
            if (Settings.GetValueOrDefault(name) is var now && recorded.GetValueOrDefault(name) is var then && now != then)
                throw new HomerException($"{path} holds trials with {name} {Quoted.Text(then ?? "none")}, not {Quoted.Text(now ?? "none")}; give --out a new file.");
        }
    }

    private void WriteLine<T>(T value)
    {
        if (stream is null)
            return;
        try
        {
            stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(value, Format), (byte)'\n']);
            stream.Flush();
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(path!, e);
        }
    }

    private sealed record Header(Dictionary<string, string> Settings);
}
