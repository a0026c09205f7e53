namespace NGpt.Core.Numerics.Threads;

/// <summary>Work that a team of threads shares: a struct of pointers and sizes, copied to nobody.</summary>
internal interface IParallelWork
{
    /// <summary>Does one thread's share, which must follow from the two numbers alone.</summary>
    /// <param name="thread">Number of the thread, from 0.</param>
    /// <param name="threads">Number of threads.</param>
    void Run(int thread, int threads);
}
