using System.Buffers.Binary;
using System.Text;

namespace Homer.Engine.Books;

/// <summary>
/// Reads the fields of a block of a book, little endian. What does not fit into the block, or is no UTF-8, is an
/// <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="bytes">The block.</param>
internal ref struct BookFields(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> left = bytes;

    /// <summary>The bytes that were not read yet.</summary>
    public readonly ReadOnlySpan<byte> Left => left;

    /// <summary>Writes a text with its length.</summary>
    public static void Write(BinaryWriter to, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        to.Write(bytes.Length);
        to.Write(bytes);
    }

    /// <summary>Reads a number of 32 bits that is not negative.</summary>
    public int Int32()
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));
        return value >= 0 ? value : throw new InvalidDataException("a length is negative");
    }

    /// <summary>Reads a text.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> bytes = Bytes(Int32());
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a name is not UTF-8", e);
        }
    }

    /// <summary>Reads bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > left.Length)
            throw new InvalidDataException("a length goes beyond its block");
        ReadOnlySpan<byte> taken = left[..count];
        left = left[count..];
        return taken;
    }
}
