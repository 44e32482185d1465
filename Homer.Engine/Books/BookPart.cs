using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Homer.Engine.Files;
using Homer.Engine.Methods.Recall;

namespace Homer.Engine.Books;

/// <summary>
/// The progress of a book, in a file that only grows: a header, then records of a length I64, their content and its SHA-256. A record is
/// the tokens and the text of a file, or the keys of one chunk. What was cut when a process was killed is cut off when the file is opened
/// again. One process at a time has it.
/// </summary>
internal sealed class BookPart : IDisposable
{
    private const byte TextKind = 1;
    private const byte KeysKind = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly FileStream stream;
    private readonly BookHeader header;
    private readonly Dictionary<(string Path, string Hash), (long Offset, int Tokens, int TextBytes)> texts = [];
    private readonly Dictionary<(string Path, string Hash, int Start), (long Offset, int Count)> chunks = [];
    private long flushed = Stopwatch.GetTimestamp();

    /// <summary>Opens the progress of a book, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The settings that keys are made with.</param>
    /// <param name="anew">Whether progress that is there is thrown away.</param>
    /// <exception cref="HomerException">
    /// Another process has the file, it is none of Homer's, or its keys were made with other settings.
    /// </exception>
    public BookPart(string path, BookHeader header, bool anew)
    {
        this.header = header;
        Path = path;
        FileStatus.RequireFile(path);
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            stream = new(path, options);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new HomerException($"{Quoted.Path(path)} is being written by another homer read; wait until it has ended.", e);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(path, e);
        }

        try
        {
            Begin(anew);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>Returns the tokens of a file that were kept; null where none were.</summary>
    public int[]? Ids(string path, string hash) => texts.TryGetValue((path, hash), out var text)
        ? new BookBytes(Path, stream).Read<int>(text.Offset, text.Tokens)
        : null;

    /// <summary>Returns whether the keys of a chunk were kept.</summary>
    public bool Has(string path, string hash, int start, int count) =>
        chunks.TryGetValue((path, hash, start), out var chunk) && chunk.Count == count;

    /// <summary>Keeps the tokens and the text of a file.</summary>
    public void Add(string path, string hash, int[] ids, byte[] text)
    {
        long end = Append(
            TextKind, path, hash, ids.Length, text.Length, MemoryMarshal.AsBytes(ids.AsSpan()).ToArray(), text);
        texts[(path, hash)] = (end - text.Length - ((long)ids.Length * sizeof(int)), ids.Length, text.Length);
    }

    /// <summary>Keeps the keys of a chunk.</summary>
    public void Add(string path, string hash, int start, RecallPart part)
    {
        int count = part.TokensOf(header.Heads.Count);
        byte[] scales = MemoryMarshal.AsBytes(part.Scales.Span).ToArray(), keys = MemoryMarshal.AsBytes(part.Elements.Span).ToArray();
        long end = Append(KeysKind, path, hash, start, count, scales, keys);
        chunks[(path, hash, start)] = (end - scales.Length - keys.Length, count);
    }

    /// <summary>Writes the section of a file whose keys are complete.</summary>
    /// <returns>Its entry in the directory, without its place.</returns>
    public BookEntry WriteSection(string path, string hash, Action<byte[]> write)
    {
        var file = new BookBytes(Path, stream);
        (long offset, int tokens, int textBytes) = texts[(path, hash)];
        byte[] ids = file.Read(offset, (long)tokens * sizeof(int));
        write(ids);
        using var keys = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (bool isScale in (bool[])[true, false])
        {
            for (int start = 0; start < tokens;)
            {
                (long place, int count) = chunks[(path, hash, start)];
                byte[] bytes = isScale
                    ? file.Read(place, (long)count * header.ScaleWidth)
                    : file.Read(place + ((long)count * header.ScaleWidth), (long)count * header.Width);
                keys.AppendData(bytes);
                write(bytes);
                start += count;
            }
        }

        byte[] text = file.Read(offset + ids.Length, textBytes);
        write(text);
        return new(path, hash, tokens, textBytes)
        {
            IdsHash = SHA256.HashData(ids),
            KeysHash = keys.GetHashAndReset(),
            TextHash = SHA256.HashData(text),
        };
    }

    /// <summary>Deletes the file, when the book is written.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(Path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Begin(bool anew)
    {
        byte[] own = header.ToBytes(BookHeader.PartMagic);
        var first = new byte[BookHeader.PartMagic.Length];
        int count = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        // A process may have been killed within the first bytes.
        if (!BookHeader.PartMagic.StartsWith(first.AsSpan(0, count)))
            throw new HomerException($"{Quoted.Path(Path)} is no progress of a book and will not be replaced; move it away.");
        (BookHeader Header, int Bytes)? old = null;
        try
        {
            old = BookHeader.Read(new(Path, stream), BookHeader.PartMagic);
        }
        catch (Exception e) when (e is InvalidDataException or HomerException)
        {
            // What cannot be read is made anew.
        }

        if (old is null || anew)
        {
            stream.SetLength(0);
            Write(own);
            return;
        }

        if (old.Value.Header.Difference(header) is { } difference)
        {
            throw new HomerException(
                $"{Quoted.Path(Path)}, the progress of the book, was made with {difference}; read with the same, or anew with --anew.");
        }

        stream.SetLength(ReadRecords(old.Value.Bytes));
        stream.Position = stream.Length;
    }

    /// <summary>Returns the end of the last whole record.</summary>
    private long ReadRecords(long position)
    {
        var file = new BookBytes(Path, stream);
        try
        {
            while (position < file.Length)
            {
                long length = BinaryPrimitives.ReadInt64LittleEndian(file.Read(position, sizeof(long)));
                byte[] content = file.Read(position + sizeof(long), length);
                byte[] hash = file.Read(position + sizeof(long) + length, SHA256.HashSizeInBytes);
                if (!SHA256.HashData(content).AsSpan().SequenceEqual(hash))
                    return position;
                Take(content, position + sizeof(long));
                position += sizeof(long) + length + hash.Length;
            }
        }
        catch (InvalidDataException)
        {
            // The record was being written when the process ended.
        }

        return position;
    }

    private void Take(byte[] content, long position)
    {
        var fields = new BookFields(content);
        byte kind = fields.Bytes(1)[0];
        string path = fields.Text(), hash = Convert.ToHexStringLower(fields.Bytes(SHA256.HashSizeInBytes));
        int first = fields.Int32(), second = fields.Int32();
        long place = position + content.Length - fields.Left.Length, left = fields.Left.Length;
        if (kind == TextKind && left == ((long)first * sizeof(int)) + second)
            texts[(path, hash)] = (place, first, second);
        else if (kind == KeysKind && left == (long)second * (header.ScaleWidth + header.Width))
            chunks[(path, hash, first)] = (place, second);
        else
            throw new InvalidDataException("a record does not have its length");
    }

    /// <summary>Writes a record and returns the end of its content.</summary>
    private long Append(byte kind, string path, string hash, int first, int second, params byte[][] data)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(kind);
        BookFields.Write(writer, path);
        writer.Write(Convert.FromHexString(hash));
        writer.Write(first);
        writer.Write(second);
        foreach (byte[] some in data)
            writer.Write(some);
        byte[] bytes = content.ToArray(), length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        long end = stream.Position + length.Length + bytes.Length;
        Write([.. length, .. bytes, .. SHA256.HashData(bytes)]);
        return end;
    }

    private void Write(byte[] bytes)
    {
        try
        {
            stream.Write(bytes);
            // A killed process loses nothing of this; a machine without power loses a second.
            if (Stopwatch.GetElapsedTime(flushed) >= Pause)
            {
                stream.Flush(flushToDisk: true);
                flushed = Stopwatch.GetTimestamp();
            }
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(Path, e);
        }
    }
}
