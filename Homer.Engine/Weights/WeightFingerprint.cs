using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Homer.Engine.Weights;

/// <summary>
/// The fingerprint of weights: the SHA-256 over, for every tensor in the order given, name and dtype (UTF-8, each after its length in
/// bytes), rank, dimensions and byte length (numbers are 64-bit little-endian integers), and the SHA-256 of each block of 4 MiB of its
/// bytes. Blocks are hashed in parallel.
/// </summary>
internal static class WeightFingerprint
{
    private const int BlockBytes = 1 << 22;
    private const int SampleBytes = 4096;

    /// <summary>Computes the fingerprint over every byte.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    internal static unsafe string Compute(IEnumerable<WeightTensor> weights)
    {
        WeightTensor[] tensors = [.. weights];
        (WeightTensor Weight, long Start)[] blocks = [.. tensors.SelectMany(BlocksOf)];
        byte[] hashes = new byte[blocks.LongLength * SHA256.HashSizeInBytes];
        Parallel.For(0, blocks.Length, block =>
        {
            (WeightTensor weight, long start) = blocks[block];
            int length = (int)Math.Min(BlockBytes, weight.Tensor.ByteLength - start);
            SHA256.HashData(new ReadOnlySpan<byte>(weight.Pointer + start, length), hashes.AsSpan(block * SHA256.HashSizeInBytes));
        });

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int at = 0;
        foreach (WeightTensor weight in tensors)
        {
            AppendDescription(hash, weight.Tensor);
            int length = BlocksOf(weight).Count() * SHA256.HashSizeInBytes;
            hash.AppendData(hashes, at, length);
            at += length;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Computes a fingerprint that costs nothing, since it looks at the first and the last 4096 bytes of every tensor alone. Logs of trials
    /// name their model by it.
    /// </summary>
    internal static unsafe string Sample(IEnumerable<WeightTensor> weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightTensor weight in weights)
        {
            AppendDescription(hash, weight.Tensor);
            int head = (int)Math.Min(SampleBytes, weight.Tensor.ByteLength);
            int tail = (int)Math.Min(SampleBytes, weight.Tensor.ByteLength - head);
            hash.AppendData(new ReadOnlySpan<byte>(weight.Pointer, head));
            hash.AppendData(new ReadOnlySpan<byte>(weight.Pointer + weight.Tensor.ByteLength - tail, tail));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<(WeightTensor Weight, long Start)> BlocksOf(WeightTensor weight)
    {
        for (long start = 0; start < weight.Tensor.ByteLength; start += BlockBytes)
            yield return (weight, start);
    }

    private static void AppendDescription(IncrementalHash hash, FileTensor tensor)
    {
        Append(hash, tensor.Name);
        Append(hash, tensor.TypeName);
        Append(hash, tensor.Shape.Count);
        foreach (long dimension in tensor.Shape) Append(hash, dimension);
        Append(hash, tensor.ByteLength);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
