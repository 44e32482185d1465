using System.Runtime.InteropServices;
using Homer.Engine.Files;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights;

namespace Homer.Engine.Models;

/// <summary>Reads the tensors that a model needs from its files, and checks their shapes and types.</summary>
internal sealed class WeightReader(WeightFiles files)
{
    /// <summary>Returns the element type of a tensor, after a check of its shape.</summary>
    /// <exception cref="HomerException">The tensor is missing, of another shape, or of a type that Homer does not read.</exception>
    public WeightType TypeOf(TensorSpec spec) => TypeOf(Find(spec));

    /// <summary>Returns the bytes that a tensor, or the part of it that is needed, takes in the file.</summary>
    public long StoredBytes(TensorSpec spec) => spec.ElementCount * Find(spec).Tensor.Type.Size();

    /// <summary>Makes a matrix visible to kernels as it is stored: in place on the CPU, copied elsewhere.</summary>
    /// <param name="device">The device.</param>
    /// <param name="spec">The matrix.</param>
    /// <param name="owned">Keeps memory alive on which the matrix lies, where that is not the file's.</param>
    public unsafe WeightMatrix Map(ComputeDevice device, TensorSpec spec, Lifetime owned)
    {
        WeightTensor weight = Find(spec);
        int rows = checked((int)spec.Rows), columns = checked((int)spec.Columns!.Value);
        long rowBytes = (long)columns * weight.Tensor.Type.Size();
        byte* first = weight.Pointer + (spec.FirstRow * rowBytes);
        if (spec.HeadOrder is not { } order)
            return WeightMatrix.Map(device, TypeOf(weight), first, rows, columns);

        FileMapping copy = FileMapping.InMemory(rows * rowBytes);
        // Where the device copies, the copy here is needed no longer than that.
        using Lifetime? brief = device.SharesHostMemory ? null : new();
        (brief ?? owned).Own(copy);
        for (int row = 0; row < rows; row++)
        {
            long from = (row / order.Length * order.Length) + order[row % order.Length];
            new ReadOnlySpan<byte>(first + (from * rowBytes), (int)rowBytes).CopyTo(new(copy.Start + (row * rowBytes), (int)rowBytes));
        }

        return WeightMatrix.Map(device, TypeOf(weight), copy.Start, rows, columns);
    }

    /// <summary>Returns a norm or bias, widened to 32 bits.</summary>
    public float[] Widen(TensorSpec spec)
    {
        float[] values = Widen(Find(spec));
        if (spec.Offset != 0)
            values = Array.ConvertAll(values, value => value + spec.Offset);
        return spec.HeadOrder is { } order
            ? [.. Enumerable.Range(0, values.Length).Select(i => values[(i / order.Length * order.Length) + order[i % order.Length]])]
            : values;
    }

    private WeightTensor Find(TensorSpec spec)
    {
        WeightTensor weight = files[spec.Name];
        return weight.Tensor.Shape.SequenceEqual(spec.FileShape)
            ? weight
            : throw new HomerException(
                $"{weight.File.Path}: {spec.Name} has shape [{string.Join(", ", weight.Tensor.Shape)}] but config.json asks for "
                + $"[{string.Join(", ", spec.FileShape)}]; the two are not of the same model.");
    }

    private static WeightType TypeOf(WeightTensor weight) => weight.Tensor.Type switch
    {
        SafetensorsType.F32 => WeightType.Float32,
        SafetensorsType.F16 => WeightType.Float16,
        SafetensorsType.BF16 => WeightType.BFloat16,
        SafetensorsType other => throw new HomerException(
            $"{weight.File.Path}: {weight.Tensor.Name} is of type {other.Name()}; Homer reads F32, F16 and BF16 weights."),
    };

    private static float[] Widen(WeightTensor weight)
    {
        ReadOnlySpan<ushort> bits = weight.Tensor.Type == SafetensorsType.F32 ? default : MemoryMarshal.Cast<byte, ushort>(Bytes(weight));
        return TypeOf(weight) switch
        {
            WeightType.Float32 => weight.File.ReadArray<float>(weight.Tensor.Name),
            WeightType.Float16 => Array.ConvertAll(bits.ToArray(), value => new Float16(value).ToSingle()),
            _ => Array.ConvertAll(bits.ToArray(), value => new BFloat16(value).ToSingle()),
        };
    }

    private static unsafe ReadOnlySpan<byte> Bytes(WeightTensor weight) => new(weight.Pointer, checked((int)weight.Tensor.ByteLength));
}
