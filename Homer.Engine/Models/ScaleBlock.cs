namespace Homer.Engine.Models;

/// <summary>The part of a matrix of 8-bit floats that shares a scale.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
public readonly record struct ScaleBlock(int Rows, int Columns);
