using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Homer.Engine.Weights;

/// <summary>
/// The fingerprint of weights: the SHA-256 over, for every tensor in the order given, name and dtype (UTF-8, each after its length in
/// bytes), rank, dimensions and byte length (numbers are 64-bit little-endian integers), the first 4096 bytes, and the last 4096 bytes of
/// the rest.
/// </summary>
internal static class WeightFingerprint
{
    private const int SampleBytes = 4096;

    /// <summary>Computes the fingerprint.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    internal static unsafe string Compute(IEnumerable<WeightTensor> weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightTensor weight in weights)
        {
            SafetensorsTensor tensor = weight.Tensor;
            Append(hash, tensor.Name);
            Append(hash, tensor.Type.Name());
            Append(hash, tensor.Shape.Count);
            foreach (long dimension in tensor.Shape) Append(hash, dimension);
            Append(hash, tensor.ByteLength);

            int head = (int)Math.Min(SampleBytes, tensor.ByteLength);
            int tail = (int)Math.Min(SampleBytes, tensor.ByteLength - head);
            hash.AppendData(new ReadOnlySpan<byte>(weight.Pointer, head));
            hash.AppendData(new ReadOnlySpan<byte>(weight.Pointer + tensor.ByteLength - tail, tail));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
