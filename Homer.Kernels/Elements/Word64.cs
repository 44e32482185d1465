namespace Homer.Kernels.Elements;

/// <summary>The bits of eight elements of eight bits: 8 bytes, which a thread of a GPU loads in one instruction.</summary>
internal struct Word64
{
    public uint E0123, E4567;
}
