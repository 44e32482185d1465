using System.Buffers.Binary;
using Homer.Engine.Books;
using Homer.Tests.Evaluation;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>Tests that a book that was cut or altered is refused in one sentence, within the memory of the file.</summary>
public sealed class BookHostileTests : IClassFixture<MiniEngine>, IDisposable
{
    private readonly BookCase books;
    private readonly byte[] whole;

    public BookHostileTests(MiniEngine mini)
    {
        books = new(mini.Engine, 2);
        books.Read();
        whole = File.ReadAllBytes(books.Path);
    }

    public void Dispose() => books.Dispose();

    [Fact]
    public void Every_altered_byte_is_found()
    {
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            byte[] altered = [.. whole];
            int place = i < 100 ? i : i < 200 ? whole.Length - 1 - (i - 100) : random.Next(whole.Length);
            altered[place] ^= (byte)(1 << random.Next(8));
            Refuse(altered);
        }
    }

    [Fact]
    public void Every_cut_is_found()
    {
        var random = new Random(4);
        for (int i = 0; i < 100; i++)
            Refuse(whole[..random.Next(1, whole.Length)]);
        Refuse([.. whole, 0]);
        Refuse([]);
        Refuse("A text, which is no book."u8.ToArray());
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    public void Lengths_that_cannot_be_take_no_memory(int length)
    {
        var random = new Random(5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            byte[] altered = [.. whole];
            int place = i < 60 ? i : i < 120 ? whole.Length - 4 - (i - 60) : random.Next(whole.Length - 4);
            BinaryPrimitives.WriteInt32LittleEndian(altered.AsSpan(place), length);
            if (!altered.AsSpan().SequenceEqual(whole))
                Refuse(altered);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L * (whole.Length + 1_000_000) * 6);
    }

    private void Refuse(byte[] bytes)
    {
        string path = books["altered.homer"];
        File.WriteAllBytes(path, bytes);
        Refused.With("altered.homer", () =>
        {
            using var book = Book.Open(path);
            foreach (BookFile file in book.Files)
                _ = (file.Ids(), file.Text(), file.Parts);
        });
    }
}
